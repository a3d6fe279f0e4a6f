# Monitoring from the start of Windows, as SYSTEM and without a terminal. Run once as administrator; adapt the first lines.
$program = 'C:\portwitness\build\bundle\portwitness.js'
$interface = 'Ethernet'
$folder = Join-Path $env:ProgramData 'portwitness'

$ErrorActionPreference = 'Stop'
$node = (Get-Command node.exe).Source
New-Item -ItemType Directory -Force $folder | Out-Null
# The report is a map of the network: SYSTEM and administrators only (by SID, for names depend on the language).
icacls $folder /inheritance:r /grant '*S-1-5-18:(OI)(CI)F' '*S-1-5-32-544:(OI)(CI)F' | Out-Null

# cmd.exe sends both streams to a log; the outer quotes are its own.
$command = '"{0}" "{1}" live -i "{2}" --report "{3}\live.html" --events "{3}\events.ndjson" >> "{3}\live.log" 2>&1' -f
  $node, $program, $interface, $folder
$action = New-ScheduledTaskAction -Execute "$env:SystemRoot\System32\cmd.exe" -Argument "/d /s /c `"$command`"" -WorkingDirectory $folder
$trigger = New-ScheduledTaskTrigger -AtStartup
$principal = New-ScheduledTaskPrincipal -UserId 'NT AUTHORITY\SYSTEM' -LogonType ServiceAccount -RunLevel Highest
# No limit of time (the default ends it after three days); started again a minute after any end but a wanted one.
$settings = New-ScheduledTaskSettingsSet -ExecutionTimeLimit ([TimeSpan]::Zero) -RestartCount 999 `
  -RestartInterval (New-TimeSpan -Minutes 1) -MultipleInstances IgnoreNew -StartWhenAvailable `
  -AllowStartIfOnBatteries -DontStopIfGoingOnBatteries
Register-ScheduledTask -TaskName 'portwitness' -Description 'Which required ports work, from the packets of this server' `
  -Action $action -Trigger $trigger -Principal $principal -Settings $settings -Force | Out-Null
Start-ScheduledTask -TaskName 'portwitness'
