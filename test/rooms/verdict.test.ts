// It waits when it is loaded; after that all tests are declared at once.
await import('../verdict/scene.js');
await import('./verdict.js');
