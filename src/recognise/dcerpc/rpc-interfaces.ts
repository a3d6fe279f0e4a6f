/**
 * Names of RPC and DCOM interfaces on Windows networks, as Zeek's and Wireshark's tables and Microsoft's Open
 * Specifications ([MS-*] "Standards Assignments") have them. UUIDs in lower case.
 */

const NAMES: ReadonlyMap<string, string> = new Map([
  // Endpoint mapper, management, DCOM
  ['e1af8308-5d1f-11c9-91a4-08002b14a0fa', 'epmapper'],
  ['afa8bd80-7d8a-11c9-bef4-08002b102989', 'mgmt'],
  ['99fcfec4-5260-101b-bbcb-00aa0021347a', 'IObjectExporter'],
  ['000001a0-0000-0000-c000-000000000046', 'IRemoteSCMActivator'],
  ['4d9f4ab8-7d1c-11cf-861e-0020af6e7c57', 'IActivation'],
  ['00000000-0000-0000-c000-000000000046', 'IUnknown'],
  ['00000131-0000-0000-c000-000000000046', 'IRemUnknown'],
  ['00000143-0000-0000-c000-000000000046', 'IRemUnknown2'],
  ['00020400-0000-0000-c000-000000000046', 'IDispatch'],
  ['00020401-0000-0000-c000-000000000046', 'ITypeInfo'],
  ['00020402-0000-0000-c000-000000000046', 'ITypeLib'],
  ['00020403-0000-0000-c000-000000000046', 'ITypeComp'],
  ['00020404-0000-0000-c000-000000000046', 'IEnumVARIANT'],

  // Services, registry, server, workstation
  ['367abb81-9844-35f1-ad32-98f038001003', 'svcctl'],
  ['338cd001-2244-31f1-aaaa-900038001003', 'winreg'],
  ['4b324fc8-1670-01d3-1278-5a47bf6ee188', 'srvsvc'],
  ['6bffd098-a112-3610-9833-46c3f87e345a', 'wkssvc'],
  ['6bffd098-a112-3610-9833-012892020162', 'browser'],
  ['8d9f4e40-a03d-11ce-8f69-08003e30051b', 'pnp'],
  ['894de0c0-0d55-11d3-a322-00c04fa321a1', 'InitShutdown'],
  ['d95afe70-a6d5-4259-822e-2c84da1ddb0d', 'WindowsShutdown'],
  ['4fc742e0-4a10-11cf-8273-00aa004ae673', 'netdfs'],
  ['17fdd703-1827-4e34-79d4-24a55c53bb37', 'msgsvc'],
  ['5a7b91f8-ff00-11d0-a9b2-00c04fb6e6fc', 'msgsvcsend'],
  ['342cfd40-3c6c-11ce-a893-08002b2e9c6d', 'llsrpc'],
  ['57674cd0-5200-11ce-a897-08002b2e9c6d', 'lls_license'],
  ['12b81e99-f207-4a4c-85d3-77b42f76fd14', 'ISeclogon'],
  ['8fb6d884-2388-11d0-8c35-00c04fda2795', 'w32time'],
  ['300f3532-38cc-11d0-a3f0-0020af6b0add', 'trkwks'],
  ['4da1c422-943d-11d1-acae-00c04fc2aa3f', 'trksvr'],
  ['2f5f6520-ca46-1067-b319-00dd010662da', 'tapsrv'],
  ['8f09f000-b7ed-11ce-bbd2-00001a181cad', 'rras'],
  ['20610036-fa22-11cf-9823-00a0c911e5df', 'rasrpc'],
  ['6099fc12-3eff-11d0-abd0-00c04fd91a4e', 'faxclient'],
  ['ea0a3165-4834-11d2-a6f8-00c04fa346cc', 'fax'],
  ['0b0a6584-9e0f-11cf-a3cf-00805f68cb1b', 'localpmp'],
  ['d3fbb514-0e3b-11cb-8fad-08002b1d29c3', 'NsiC'],
  ['d6d70ef0-0e3b-11cb-acc3-08002b1d29c3', 'NsiS'],
  ['d6d70ef0-0e3b-11cb-acc3-08002b1d29c4', 'NsiM'],
  ['2f5f3220-c126-1076-b549-074d078619da', 'nddeapi'],
  ['83da7c00-e84f-11d2-9807-00c04f8ec850', 'sfcapi'],
  ['c8cb7687-e6d3-11d2-a958-00c04f682e16', 'DAV RPC SERVICE'],
  ['3faf4738-3a21-4307-b46c-fdda9bb8c0d5', 'AudioSrv'],
  ['c386ca3e-9061-4a72-821e-498d83be188f', 'AudioRpc'],
  ['51c82175-844e-4750-b0d8-ec255555bc06', 'KMS'],
  ['86d35949-83c9-4044-b424-db363231fd0c', 'ITaskSchedulerService'],
  ['378e52b0-c0a9-11cf-822d-00aa0051e40f', 'sasec'],
  ['1ff70682-0a51-30e8-076d-740be8cee98b', 'atsvc'],
  ['0a74ef1c-41a4-4e06-83ae-dc74fb1cdd53', 'idletask'],
  ['3d267954-eeb7-11d1-b94e-00c04fa3080d', 'HydraLsPipe'],
  ['2f59a331-bf7d-48cb-9ec5-7c090d76e8b8', 'lcrpc'],
  ['5ca4a760-ebb1-11cf-8611-00a0245420ed', 'winstation_rpc'],
  ['484809d6-4239-471b-b5bc-61df8c23ac48', 'TermSrvSession'],
  ['88143fd0-c28d-4b2b-8fef-8d882f6a9390', 'TermSrvEnumeration'],
  ['bde95fdf-eee0-45de-9e12-e5a61cd0d4fe', 'RCMPublic'],
  ['11899a43-2b68-4a76-92e3-a3d6ad8c26ce', 'TermSrvNotification'],

  // Domain
  ['12345778-1234-abcd-ef00-0123456789ab', 'lsarpc'],
  ['12345778-1234-abcd-ef00-0123456789ac', 'samr'],
  ['12345678-1234-abcd-ef00-01234567cffb', 'netlogon'],
  ['e3514235-4b06-11d1-ab04-00c04fc2dcd2', 'drsuapi'],
  ['7c44d7d4-31d5-424c-bd5e-2b3e1f323d22', 'dsaop'],
  ['ecec0d70-a603-11d0-96b1-00a0c91ece30', 'NTDS backup'],
  ['16e0cf3a-a604-11d0-96b1-00a0c91ece30', 'NTDS restore'],
  ['3919286a-b10c-11d0-9ba8-00c04fd92ef5', 'dssetup'],
  ['3dde7c30-165d-11d1-ab8f-00805f14db40', 'BackupKey'],
  ['b9785960-524f-11df-8b6d-83dcded72085', 'ISDKey'],
  ['c681d488-d850-11d0-8c52-00c04fd90f7e', 'efsrpc'],
  ['df1941c5-fe89-4e79-bf10-463657acf44d', 'efsrpc'],
  ['f5cc59b4-4264-101a-8c59-08002b2f8426', 'FrsRpc'],
  ['897e2e5f-93f3-4376-9c9c-fd2277495c27', 'FrsTransport'],
  ['d049b186-814f-11d1-9a3c-00c04fc9b232', 'NtFrsApi'],
  ['a00c021c-2be2-11d2-b678-0000f87a8f8e', 'PerfFrs'],
  ['50abc2a4-574d-40b3-9d66-ee4fd5fba076', 'dnsserver'],
  ['6bffd098-a112-3610-9833-46c3f874532d', 'dhcpsrv'],
  ['5b821720-f63b-11d0-aad2-00c04fc324db', 'dhcpsrv2'],
  ['3c4728c5-f0ab-448b-bda1-6ce01eb0a6d5', 'RpcSrvDHCPC'],
  ['3c4728c5-f0ab-448b-bda1-6ce01eb0a6d6', 'dhcpcsvc6'],
  ['45f52c28-7f9f-101a-b52b-08002b2efabe', 'winspipe'],
  ['811109bf-a4e1-11d1-ab54-00a0c91e9b45', 'WinsI2'],
  ['91ae6020-9e3c-11cf-8d7c-00aa00c091be', 'ICertPassage'],
  ['d99e6e70-fc88-11d0-b498-00a0c90312f3', 'ICertRequestD'],
  ['5422fd3a-d4b8-4cef-a12e-e87d4ca22e90', 'ICertRequestD2'],
  ['d99e6e71-fc88-11d0-b498-00a0c90312f3', 'ICertAdminD'],
  ['7fe0d935-dda6-443f-85d0-1cfb58fe41dd', 'ICertAdminD2'],
  ['8d0ffe72-d252-11d0-bf8f-00c04fd9126b', 'IKeySvc'],
  ['68b58241-c259-4f03-a2e5-a2651dcbc930', 'IKeySvc2'],
  ['0d72a7d4-6148-11d1-b4aa-00c04fb66ea0', 'ICertProtect'],
  ['f50aac00-c7f3-428e-a022-a6b71bfb9d43', 'ICatDBSvc'],
  ['1088a980-eae5-11d0-8d9b-00a02453c337', 'qm2qm'],
  ['76d12b80-3467-11d3-91ff-0090272f9ea3', 'qmcomm2'],
  ['fdb3a030-065f-11d1-bb9b-00a024ea5525', 'qmcomm'],
  ['708cca10-9569-11d1-b2a5-0060977d8118', 'dscomm2'],
  ['77df7a80-f298-11d0-8358-00a024c480a8', 'dscomm'],
  ['41208ee0-e970-11d1-9b9e-00e02c064c39', 'qmmgmt'],
  ['1a9134dd-7b39-45ba-ad88-44d01ca47f28', 'RemoteRead'],
  ['906b0ce0-c70b-1067-b317-00dd010662da', 'IXnRemote'],
  ['a8e0653c-2744-4389-a61d-7373df8b2292', 'FileServerVssAgent'],
  ['b97db8b2-4c63-11cf-bff6-08002be23f2f', 'clusapi'],
  ['2f5f6521-ca47-1068-b319-00dd010662db', 'remotesp'],

  // Printing
  ['12345678-1234-abcd-ef00-0123456789ab', 'spoolss'],
  ['76f03f96-cdfd-44fc-a22c-64950a001209', 'IRemoteWinspool'],
  ['ae33069b-a2a8-46ee-a235-ddfd339be281', 'IRPCRemoteObject'],
  ['0b6edbfa-4a24-4fc6-8a23-942b1eca65d1', 'IRPCAsyncNotify'],

  // Event logs, performance, witness
  ['82273fdc-e32a-18c3-3f78-827929dc23ea', 'eventlog'],
  ['f6beaff7-1e19-4fbb-9f8f-b89e2018337c', 'even6'],
  ['da5a86c5-12c2-4943-ab30-7f74a813d853', 'PerflibV2'],
  ['03837502-098b-11d8-9414-505054503030', 'IDataCollectorCollection'],
  ['038374ff-098b-11d8-9414-505054503030', 'IDataCollector'],
  ['03837506-098b-11d8-9414-505054503030', 'IPerformanceCounterDataCollector'],
  ['0383750b-098b-11d8-9414-505054503030', 'ITraceDataCollector'],
  ['03837510-098b-11d8-9414-505054503030', 'ITraceDataProviderCollection'],
  ['03837512-098b-11d8-9414-505054503030', 'ITraceDataProvider'],
  ['03837514-098b-11d8-9414-505054503030', 'IConfigurationDataCollector'],
  ['03837516-098b-11d8-9414-505054503030', 'IAlertDataCollector'],
  ['0383751a-098b-11d8-9414-505054503030', 'IApiTracingDataCollector'],
  ['03837520-098b-11d8-9414-505054503030', 'IDataCollectorSet'],
  ['03837524-098b-11d8-9414-505054503030', 'IDataCollectorSetCollection'],
  ['03837533-098b-11d8-9414-505054503030', 'IValueMapItem'],
  ['03837534-098b-11d8-9414-505054503030', 'IValueMap'],
  ['0383753a-098b-11d8-9414-505054503030', 'ISchedule'],
  ['0383753d-098b-11d8-9414-505054503030', 'IScheduleCollection'],
  ['03837541-098b-11d8-9414-505054503030', 'IDataManager'],
  ['03837543-098b-11d8-9414-505054503030', 'IFolderAction'],
  ['03837544-098b-11d8-9414-505054503030', 'IFolderActionCollection'],
  ['ccd8c074-d0e5-4a40-92b4-d074faa6ba28', 'Witness'],

  // Exchange
  ['1544f5e0-613c-11d1-93df-00c04fd7bd09', 'exchange_rfr'],
  ['f5cc5a18-4264-101a-8c59-08002b2f8426', 'nspi'],
  ['a4f1db00-ca47-1067-b31f-00dd010662da', 'exchange_mapi'],
  ['5261574a-4572-206e-b268-6b199213b4e4', 'AsyncEMSMDB'],

  // WMI
  ['9556dc99-828c-11cf-a37e-00aa003240c7', 'IWbemServices'],
  ['f309ad18-d86a-11d0-a075-00c04fb68820', 'IWbemLevel1Login'],
  ['d4781cd6-e5d3-44df-ad94-930efe48a887', 'IWbemLoginClientID'],
  ['9f6c78ef-fce5-42fa-abea-3e7df91921dc', 'IWbemLoginClientIDEx'],
  ['44aca674-e8fc-11d0-a07c-00c04fb68820', 'IWbemContext'],
  ['674b6698-ee92-11d0-ad71-00c04fd8fdff', 'IWbemContext unmarshaler'],
  ['dc12a681-737f-11cf-884d-00aa004b2e24', 'IWbemClassObject'],
  ['9a653086-174f-11d2-b5f9-00104b703efd', 'IWbemClassObject'],
  ['4590f812-1d3a-11d0-891f-00aa004b2e24', 'IWbemClassObject unmarshaler'],
  ['7c857801-7381-11cf-884d-00aa004b2e24', 'IWbemObjectSink'],
  ['027947e1-d731-11ce-a357-000000000001', 'IEnumWbemClassObject'],
  ['44aca675-e8fc-11d0-a07c-00c04fb68820', 'IWbemCallResult'],
  ['c49e32c7-bc8b-11d2-85d4-00105a1f8304', 'IWbemBackupRestore'],
  ['c49e32c6-bc8b-11d2-85d4-00105a1f8304', 'IWbemBackupRestoreEx'],
  ['a359dec5-e813-4834-8a2a-ba7f1d777d76', 'IWbemBackupRestoreEx'],
  ['f1e9c5b2-f59b-11d2-b362-00105a1f8177', 'IWbemRemoteRefresher'],
  ['2c9273e0-1dc3-11d3-b364-00105a1f8177', 'IWbemRefreshingServices'],
  ['423ec01e-2e35-11d2-b604-00104b703efd', 'IWbemWCOSmartEnum'],
  ['1c1c45ee-4395-11d2-b60b-00104b703efd', 'IWbemFetchSmartEnum'],
  ['541679ab-2e5f-11d3-b34e-00104bcc4b4a', 'IWbemLoginHelper'],

  // Not interfaces: transfer syntaxes, which malformed binds offer as such
  ['8a885d04-1ceb-11c9-9fe8-08002b104860', 'NDR'],
  ['71710533-beba-4937-8319-b5dbef9ccc36', 'NDR64'],
]);

/** Where dce_rpc.log spells an endpoint otherwise; kept so that rows can be joined. */
const ZEEK_NAMES: ReadonlySet<string> = new Set([
  'IWbemContext',
  'IWbemClassObject',
  'IWbemObjectSink',
  'IEnumWbemClassObject',
  'IWbemCallResult',
  'IWbemBackupRestore',
  'IWbemBackupRestoreEx',
  'IWbemRemoteRefresher',
  'IWbemRefreshingServices',
  'IWbemWCOSmartEnum',
  'IWbemFetchSmartEnum',
  'IWbemLoginHelper',
]);

/** Pipes that serve one interface only, for those who did not see the bind (Zeek's list). */
const PIPES: ReadonlyMap<string, string> = new Map([
  ['winreg', '338cd001-2244-31f1-aaaa-900038001003'],
  ['spoolss', '12345678-1234-abcd-ef00-0123456789ab'],
  ['srvsvc', '4b324fc8-1670-01d3-1278-5a47bf6ee188'],
]);

/** Name of an interface, '' = unknown. `uuid` in lower case. */
export function interfaceName(uuid: string): string {
  return NAMES.get(uuid) ?? '';
}

/** The `endpoint` column of Zeek's dce_rpc.log. */
export function zeekEndpoint(uuid: string): string {
  const name = NAMES.get(uuid);
  if (name === undefined) return `unknown-${uuid}`;
  return ZEEK_NAMES.has(name) ? `${name} interface` : name;
}

/** The interface that a pipe is for, '' = several or unknown. */
export function interfaceOfPipe(pipe: string): string {
  return PIPES.get(pipe.toLowerCase().replace(/^\\?(?:pipe\\)?/, '')) ?? '';
}
