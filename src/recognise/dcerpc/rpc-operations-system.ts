/** Operations of the interfaces by which one computer is looked after; see rpc-operations.ts. */

/** Interface and its operations from opnum 0. */
export const SYSTEM_OPERATIONS: readonly (readonly [string, string])[] = [
  // epmapper, C706 appendix O
  [
    'e1af8308-5d1f-11c9-91a4-08002b14a0fa',
    `ept_insert ept_delete ept_lookup ept_map ept_lookup_handle_free ept_inq_object ept_mgmt_delete ept_map_auth
    ept_map_auth_async`,
  ],
  // mgmt, C706 appendix Q
  [
    'afa8bd80-7d8a-11c9-bef4-08002b102989',
    'inq_if_ids inq_stats is_server_listening stop_server_listening inq_princ_name',
  ],
  // svcctl, [MS-SCMR] §3.1.4
  [
    '367abb81-9844-35f1-ad32-98f038001003',
    `CloseServiceHandle ControlService DeleteService LockServiceDatabase QueryServiceObjectSecurity
    SetServiceObjectSecurity QueryServiceStatus SetServiceStatus UnlockServiceDatabase NotifyBootConfigStatus
    ScSetServiceBitsW ChangeServiceConfigW CreateServiceW EnumDependentServicesW EnumServicesStatusW
    OpenSCManagerW OpenServiceW QueryServiceConfigW QueryServiceLockStatusW StartServiceW GetServiceDisplayNameW
    GetServiceKeyNameW ScSetServiceBitsA ChangeServiceConfigA CreateServiceA EnumDependentServicesA
    EnumServicesStatusA OpenSCManagerA OpenServiceA QueryServiceConfigA QueryServiceLockStatusA StartServiceA
    GetServiceDisplayNameA GetServiceKeyNameA ScGetCurrentGroupStateW EnumServiceGroupW ChangeServiceConfig2A
    ChangeServiceConfig2W QueryServiceConfig2A QueryServiceConfig2W QueryServiceStatusEx EnumServicesStatusExA
    EnumServicesStatusExW ScSendTSMessage CreateServiceWOW64A CreateServiceWOW64W ScQueryServiceTagInfo
    NotifyServiceStatusChange GetNotifyResult CloseNotifyHandle ControlServiceExA ControlServiceExW
    ScSendPnPMessage ScValidatePnPService ScOpenServiceStatusHandle - QueryServiceConfigEx - - -
    CreateWowService - - - OpenSCManager2`,
  ],
  // winreg, [MS-RRP] §3.1.5
  [
    '338cd001-2244-31f1-aaaa-900038001003',
    `OpenClassesRoot OpenCurrentUser OpenLocalMachine OpenPerformanceData OpenUsers BaseRegCloseKey
    BaseRegCreateKey BaseRegDeleteKey BaseRegDeleteValue BaseRegEnumKey BaseRegEnumValue BaseRegFlushKey
    BaseRegGetKeySecurity BaseRegLoadKey BaseRegNotifyChangeKeyValue BaseRegOpenKey BaseRegQueryInfoKey
    BaseRegQueryValue BaseRegReplaceKey BaseRegRestoreKey BaseRegSaveKey BaseRegSetKeySecurity BaseRegSetValue
    BaseRegUnLoadKey BaseInitiateSystemShutdown BaseAbortSystemShutdown BaseRegGetVersion OpenCurrentConfig
    OpenDynData BaseRegQueryMultipleValues BaseInitiateSystemShutdownEx BaseRegSaveKeyEx OpenPerformanceText
    OpenPerformanceNlsText BaseRegQueryMultipleValues2 BaseRegDeleteKeyEx`,
  ],
  // srvsvc, [MS-SRVS] §3.1.4
  [
    '4b324fc8-1670-01d3-1278-5a47bf6ee188',
    `NetrCharDevEnum NetrCharDevGetInfo NetrCharDevControl NetrCharDevQEnum NetrCharDevQGetInfo NetrCharDevQSetInfo
    NetrCharDevQPurge NetrCharDevQPurgeSelf NetrConnectionEnum NetrFileEnum NetrFileGetInfo NetrFileClose
    NetrSessionEnum NetrSessionDel NetrShareAdd NetrShareEnum NetrShareGetInfo NetrShareSetInfo NetrShareDel
    NetrShareDelSticky NetrShareCheck NetrServerGetInfo NetrServerSetInfo NetrServerDiskEnum
    NetrServerStatisticsGet NetrServerTransportAdd NetrServerTransportEnum NetrServerTransportDel NetrRemoteTOD
    NetrServerSetServiceBits NetprPathType NetprPathCanonicalize NetprPathCompare NetprNameValidate
    NetprNameCanonicalize NetprNameCompare NetrShareEnumSticky NetrShareDelStart NetrShareDelCommit
    NetrpGetFileSecurity NetrpSetFileSecurity NetrServerTransportAddEx NetrServerSetServiceBitsEx
    NetrDfsGetVersion NetrDfsCreateLocalPartition NetrDfsDeleteLocalPartition NetrDfsSetLocalVolumeState
    NetrDfsSetServerInfo NetrDfsCreateExitPoint NetrDfsDeleteExitPoint NetrDfsModifyPrefix NetrDfsFixLocalVolume
    NetrDfsManagerReportSiteInfo NetrServerTransportDelEx - NetrServerAliasEnum NetrServerAliasDel
    NetrShareDelEx`,
  ],
  // wkssvc, [MS-WKST] §3.2.4
  [
    '6bffd098-a112-3610-9833-46c3f87e345a',
    `NetrWkstaGetInfo NetrWkstaSetInfo NetrWkstaUserEnum NetrWkstaUserGetInfo NetrWkstaUserSetInfo
    NetrWkstaTransportEnum NetrWkstaTransportAdd NetrWkstaTransportDel NetrUseAdd NetrUseGetInfo NetrUseDel
    NetrUseEnum NetrMessageBufferSend NetrWorkstationStatisticsGet NetrLogonDomainNameAdd NetrLogonDomainNameDel
    NetrJoinDomain NetrUnjoinDomain NetrValidateName NetrRenameMachineInDomain NetrGetJoinInformation
    NetrGetJoinableOUs NetrJoinDomain2 NetrUnjoinDomain2 NetrRenameMachineInDomain2 NetrValidateName2
    NetrGetJoinableOUs2 NetrAddAlternateComputerName NetrRemoveAlternateComputerName NetrSetPrimaryComputerName
    NetrEnumerateComputerNames NetrWorkstationResetDfsCache`,
  ],
  // browser, [MS-BRWSA] §3.1.4
  [
    '6bffd098-a112-3610-9833-012892020162',
    `BrowserrServerEnum BrowserrDebugCall BrowserrQueryOtherDomains BrowserrResetNetlogonState BrowserrDebugTrace
    BrowserrQueryStatistics BrowserrResetStatistics NetrBrowserStatisticsClear NetrBrowserStatisticsGet
    BrowserrSetNetlogonState BrowserrQueryEmulatedDomains BrowserrServerEnumEx`,
  ],
  // atsvc, sasec and ITaskSchedulerService, [MS-TSCH] §3.2.5
  ['1ff70682-0a51-30e8-076d-740be8cee98b', 'NetrJobAdd NetrJobDel NetrJobEnum NetrJobGetInfo'],
  [
    '378e52b0-c0a9-11cf-822d-00aa0051e40f',
    'SASetAccountInformation SASetNSAccountInformation SAGetNSAccountInformation SAGetAccountInformation',
  ],
  [
    '86d35949-83c9-4044-b424-db363231fd0c',
    `SchRpcHighestVersion SchRpcRegisterTask SchRpcRetrieveTask SchRpcCreateFolder SchRpcSetSecurity
    SchRpcGetSecurity SchRpcEnumFolder SchRpcEnumTasks SchRpcEnumInstances SchRpcGetInstanceInfo
    SchRpcStopInstance SchRpcStop SchRpcRun SchRpcDelete SchRpcRename SchRpcScheduledRuntimes
    SchRpcGetLastRunInfo SchRpcGetTaskInfo SchRpcGetNumberOfMissedRuns SchRpcEnableTask`,
  ],
  [
    '0a74ef1c-41a4-4e06-83ae-dc74fb1cdd53',
    `ItSrvRegisterIdleTask ItSrvUnregisterIdleTask ItSrvProcessIdleTasks ItSrvSetDetectionParameters`,
  ],
  // eventlog, [MS-EVEN] §3.1.4
  [
    '82273fdc-e32a-18c3-3f78-827929dc23ea',
    `ElfrClearELFW ElfrBackupELFW ElfrCloseEL ElfrDeregisterEventSource ElfrNumberOfRecords ElfrOldestRecord
    ElfrChangeNotify ElfrOpenELW ElfrRegisterEventSourceW ElfrOpenBELW ElfrReadELW ElfrReportEventW ElfrClearELFA
    ElfrBackupELFA ElfrOpenELA ElfrRegisterEventSourceA ElfrOpenBELA ElfrReadELA ElfrReportEventA
    ElfrRegisterClusterSvc ElfrDeregisterClusterSvc ElfrWriteClusterEvents ElfrGetLogInformation ElfrFlushEL
    ElfrReportEventAndSourceW`,
  ],
  // even6, [MS-EVEN6] §3.1.4
  [
    'f6beaff7-1e19-4fbb-9f8f-b89e2018337c',
    `EvtRpcRegisterRemoteSubscription EvtRpcRemoteSubscriptionNextAsync EvtRpcRemoteSubscriptionNext
    EvtRpcRemoteSubscriptionWaitAsync EvtRpcRegisterControllableOperation EvtRpcRegisterLogQuery EvtRpcClearLog
    EvtRpcExportLog EvtRpcLocalizeExportLog EvtRpcMessageRender EvtRpcMessageRenderDefault EvtRpcQueryNext
    EvtRpcQuerySeek EvtRpcClose EvtRpcCancel EvtRpcAssertConfig EvtRpcRetractConfig EvtRpcOpenLogHandle
    EvtRpcGetLogFileInfo EvtRpcGetChannelList EvtRpcGetChannelConfig EvtRpcPutChannelConfig
    EvtRpcGetPublisherList EvtRpcGetPublisherListForChannel EvtRpcGetPublisherMetadata
    EvtRpcGetPublisherResourceMetadata EvtRpcGetEventMetadataEnum EvtRpcGetNextEventMetadata
    EvtRpcGetClassicLogDisplayName`,
  ],
  // InitShutdown and WindowsShutdown, [MS-RSP] §3.2.4, §3.3.4
  ['894de0c0-0d55-11d3-a322-00c04fa321a1', 'BaseInitiateShutdown BaseAbortShutdown BaseInitiateShutdownEx'],
  ['d95afe70-a6d5-4259-822e-2c84da1ddb0d', 'WsdrInitiateShutdown WsdrAbortShutdown'],
  // msgsvc, [MS-MSRP] §3.1.4
  [
    '17fdd703-1827-4e34-79d4-24a55c53bb37',
    'NetrMessageNameAdd NetrMessageNameEnum NetrMessageNameGetInfo NetrMessageNameDel',
  ],
  ['5a7b91f8-ff00-11d0-a9b2-00c04fb6e6fc', 'NetrSendMessage'],
  ['12b81e99-f207-4a4c-85d3-77b42f76fd14', 'SeclCreateProcessWithLogonW SeclCreateProcessWithLogonExW'],
  // pnp
  [
    '8d9f4e40-a03d-11ce-8f69-08003e30051b',
    `PNP_Disconnect PNP_Connect PNP_GetVersion PNP_GetGlobalState PNP_InitDetection PNP_ReportLogOn
    PNP_ValidateDeviceInstance PNP_GetRootDeviceInstance PNP_GetRelatedDeviceInstance PNP_EnumerateSubKeys
    PNP_GetDeviceList PNP_GetDeviceListSize PNP_GetDepth PNP_GetDeviceRegProp PNP_SetDeviceRegProp
    PNP_GetClassInstance PNP_CreateKey PNP_DeleteRegistryKey PNP_GetClassCount PNP_GetClassName PNP_DeleteClassKey
    PNP_GetInterfaceDeviceAlias PNP_GetInterfaceDeviceList PNP_GetInterfaceDeviceListSize
    PNP_RegisterDeviceClassAssociation PNP_UnregisterDeviceClassAssociation PNP_GetClassRegProp
    PNP_SetClassRegProp PNP_CreateDevInst PNP_DeviceInstanceAction PNP_GetDeviceStatus PNP_SetDeviceProblem
    PNP_DisableDevInst PNP_UninstallDevInst PNP_AddID PNP_RegisterDriver PNP_QueryRemove PNP_RequestDeviceEject
    PNP_IsDockStationPresent PNP_RequestEjectPC PNP_HwProfFlags PNP_GetHwProfInfo PNP_AddEmptyLogConf
    PNP_FreeLogConf PNP_GetFirstLogConf PNP_GetNextLogConf PNP_GetLogConfPriority PNP_AddResDes PNP_FreeResDes
    PNP_GetNextResDes PNP_GetResDesData PNP_GetResDesDataSize PNP_ModifyResDes PNP_DetectResourceConflict
    PNP_QueryResConfList PNP_SetHwProf PNP_QueryArbitratorFreeData PNP_QueryArbitratorFreeSize PNP_RunDetection
    PNP_RegisterNotification PNP_UnregisterNotification PNP_GetCustomDevProp PNP_GetVersionInternal
    PNP_GetBlockedDriverInfo PNP_GetServerSideDeviceInstallFlags PNP_GetObjectPropKeys PNP_GetObjectProp
    PNP_SetObjectProp PNP_InstallDevInst PNP_ApplyPowerSettings PNP_DriverStoreAddDriverPackage
    PNP_DriverStoreDeleteDriverPackage PNP_RegisterServiceNotification PNP_SetActiveService
    PNP_DeleteServiceDevices`,
  ],
  // spoolss, [MS-RPRN] §3.1.4
  [
    '12345678-1234-abcd-ef00-0123456789ab',
    `RpcEnumPrinters RpcOpenPrinter RpcSetJob RpcGetJob RpcEnumJobs RpcAddPrinter RpcDeletePrinter RpcSetPrinter
    RpcGetPrinter RpcAddPrinterDriver RpcEnumPrinterDrivers RpcGetPrinterDriver RpcGetPrinterDriverDirectory
    RpcDeletePrinterDriver RpcAddPrintProcessor RpcEnumPrintProcessors RpcGetPrintProcessorDirectory
    RpcStartDocPrinter RpcStartPagePrinter RpcWritePrinter RpcEndPagePrinter RpcAbortPrinter RpcReadPrinter
    RpcEndDocPrinter RpcAddJob RpcScheduleJob RpcGetPrinterData RpcSetPrinterData RpcWaitForPrinterChange
    RpcClosePrinter RpcAddForm RpcDeleteForm RpcGetForm RpcSetForm RpcEnumForms RpcEnumPorts RpcEnumMonitors
    RpcAddPort RpcConfigurePort RpcDeletePort RpcCreatePrinterIC RpcPlayGdiScriptOnPrinterIC RpcDeletePrinterIC
    RpcAddPrinterConnection RpcDeletePrinterConnection RpcPrinterMessageBox RpcAddMonitor RpcDeleteMonitor
    RpcDeletePrintProcessor RpcAddPrintProvidor RpcDeletePrintProvidor RpcEnumPrintProcessorDatatypes
    RpcResetPrinter RpcGetPrinterDriver2 RpcClientFindFirstPrinterChangeNotification
    RpcFindNextPrinterChangeNotification RpcFindClosePrinterChangeNotification
    RpcRouterFindFirstPrinterChangeNotificationOld RpcReplyOpenPrinter RpcRouterReplyPrinter RpcReplyClosePrinter
    RpcAddPortEx RpcRemoteFindFirstPrinterChangeNotification RpcSpoolerInit RpcResetPrinterEx
    RpcRemoteFindFirstPrinterChangeNotificationEx RpcRouterReplyPrinterEx
    RpcRouterRefreshPrinterChangeNotification RpcSetAllocFailCount RpcSplOpenPrinter RpcAddPrinterEx RpcSetPort
    RpcEnumPrinterData RpcDeletePrinterData RpcClusterSplOpen RpcClusterSplClose RpcClusterSplIsAlive
    RpcSetPrinterDataEx RpcGetPrinterDataEx RpcEnumPrinterDataEx RpcEnumPrinterKey RpcDeletePrinterDataEx
    RpcDeletePrinterKey RpcSeekPrinter RpcDeletePrinterDriverEx RpcAddPerMachineConnection
    RpcDeletePerMachineConnection RpcEnumPerMachineConnections RpcXcvData RpcAddPrinterDriverEx RpcSplOpenPrinter
    RpcGetSpoolFileInfo RpcCommitSpoolData RpcCloseSpoolFileHandle RpcFlushPrinter RpcSendRecvBidiData
    RpcAddDriverCatalog RpcAddPrinterConnection2 RpcDeletePrinterConnection2 RpcInstallPrinterDriverFromPackage
    RpcUploadPrinterDriverPackage RpcGetCorePrinterDrivers RpcCorePrinterDriverInstalled
    RpcGetPrinterDriverPackagePath RpcReportJobProcessingProgress`,
  ],
  // IRemoteWinspool, [MS-PAR] §3.1.4
  [
    '76f03f96-cdfd-44fc-a22c-64950a001209',
    `RpcAsyncOpenPrinter RpcAsyncAddPrinter RpcAsyncSetJob RpcAsyncGetJob RpcAsyncEnumJobs RpcAsyncAddJob
    RpcAsyncScheduleJob RpcAsyncDeletePrinter RpcAsyncSetPrinter RpcAsyncGetPrinter RpcAsyncStartDocPrinter
    RpcAsyncStartPagePrinter RpcAsyncWritePrinter RpcAsyncEndPagePrinter RpcAsyncEndDocPrinter
    RpcAsyncAbortPrinter RpcAsyncGetPrinterData RpcAsyncGetPrinterDataEx RpcAsyncSetPrinterData
    RpcAsyncSetPrinterDataEx RpcAsyncClosePrinter RpcAsyncAddForm RpcAsyncDeleteForm RpcAsyncGetForm
    RpcAsyncSetForm RpcAsyncEnumForms RpcAsyncGetPrinterDriver RpcAsyncEnumPrinterData
    RpcAsyncEnumPrinterDataEx RpcAsyncEnumPrinterKey RpcAsyncDeletePrinterData RpcAsyncDeletePrinterDataEx
    RpcAsyncDeletePrinterKey RpcAsyncXcvData RpcAsyncSendRecvBidiData RpcAsyncCreatePrinterIC
    RpcAsyncPlayGdiScriptOnPrinterIC RpcAsyncDeletePrinterIC RpcAsyncEnumPrinters RpcAsyncAddPrinterDriver
    RpcAsyncEnumPrinterDrivers RpcAsyncGetPrinterDriverDirectory RpcAsyncDeletePrinterDriver
    RpcAsyncDeletePrinterDriverEx RpcAsyncAddPrintProcessor RpcAsyncEnumPrintProcessors
    RpcAsyncGetPrintProcessorDirectory RpcAsyncEnumPorts RpcAsyncEnumMonitors RpcAsyncAddPort RpcAsyncSetPort
    RpcAsyncAddMonitor RpcAsyncDeleteMonitor RpcAsyncDeletePrintProcessor RpcAsyncEnumPrintProcessorDatatypes
    RpcAsyncAddPerMachineConnection RpcAsyncDeletePerMachineConnection RpcAsyncEnumPerMachineConnections
    RpcSyncRegisterForRemoteNotifications RpcSyncUnRegisterForRemoteNotifications
    RpcSyncRefreshRemoteNotifications RpcAsyncGetRemoteNotifications RpcAsyncInstallPrinterDriverFromPackage
    RpcAsyncUploadPrinterDriverPackage RpcAsyncGetCorePrinterDrivers RpcAsyncCorePrinterDriverInstalled
    RpcAsyncGetPrinterDriverPackagePath RpcAsyncDeletePrinterDriverPackage RpcAsyncReadPrinter
    RpcAsyncResetPrinter RpcAsyncGetJobNamedPropertyValue RpcAsyncSetJobNamedProperty
    RpcAsyncDeleteJobNamedProperty RpcAsyncEnumJobNamedProperties RpcAsyncLogJobInfoForBranchOffice`,
  ],
  // winstation_rpc, [MS-TSTS] §3.7.4
  [
    '5ca4a760-ebb1-11cf-8611-00a0245420ed',
    `RpcWinStationOpenServer RpcWinStationCloseServer RpcIcaServerPing RpcWinStationEnumerate RpcWinStationRename
    RpcWinStationQueryInformation RpcWinStationSetInformation RpcWinStationSendMessage
    RpcLogonIdFromWinStationName RpcWinStationNameFromLogonId RpcWinStationConnect RpcWinStationVirtualOpen
    RpcWinStationBeepOpen RpcWinStationDisconnect RpcWinStationReset RpcWinStationShutdownSystem
    RpcWinStationWaitSystemEvent RpcWinStationShadow RpcWinStationShadowTargetSetup RpcWinStationShadowTarget
    RpcWinStationGenerateLicense RpcWinStationInstallLicense RpcWinStationEnumerateLicenses
    RpcWinStationActivateLicense RpcWinStationRemoveLicense RpcWinStationQueryLicense RpcWinStationSetPoolCount
    RpcWinStationQueryUpdateRequired RpcWinStationCallback RpcWinStationGetApplicationInfo
    RpcWinStationReadRegistry RpcWinStationWaitForConnect RpcWinStationNotifyLogon RpcWinStationNotifyLogoff
    RpcWinStationEnumerateProcesses RpcWinStationAnnoyancePopup RpcWinStationEnumerateProcesses
    RpcWinStationTerminateProcess RpcServerNWLogonSetAdmin RpcServerNWLogonQueryAdmin RpcWinStationNtsdDebug
    RpcWinStationBreakPoint RpcWinStationCheckForApplicationName RpcWinStationGetAllProcesses
    RpcWinStationGetProcessSid RpcWinStationGetTermSrvCountersValue RpcWinStationReInitializeSecurity
    RpcWinStationBroadcastSystemMessage RpcWinStationSendWindowMessage RpcWinStationNotifyNewSession
    RpcServerGetInternetConnectorStatus RpcServerSetInternetConnectorStatus
    RpcServerQueryInetConnectorInformation RpcWinStationGetLanAdapterName RpcWinStationUpdateUserConfig
    RpcWinStationQueryLogonCredentials RpcWinStationRegisterConsoleNotification
    RpcWinStationUnRegisterConsoleNotification RpcWinStationUpdateSettings RpcWinStationShadowStop
    RpcWinStationCloseServerEx RpcWinStationIsHelpAssistantSession RpcWinStationGetMachinePolicy
    RpcWinStationUpdateClientCachedCredentials RpcWinStationFUSCanRemoteUserDisconnect
    RpcWinStationCheckLoopBack RpcConnectCallback RpcWinStationNotifyDisconnectPipe
    RpcWinStationSessionInitialized RpcRemoteAssistancePrepareSystemRestore RpcWinStationGetAllProcesses_NT6
    RpcWinStationRegisterNotificationEvent RpcWinStationUnRegisterNotificationEvent RpcWinStationAutoReconnect
    RpcWinStationCheckAccess RpcWinStationOpenSessionDirectory`,
  ],
];
