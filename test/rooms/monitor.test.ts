// It waits when it is loaded; after that all tests are declared at once.
await import('../monitor/monitored.js');
await import('./monitor.js');
