// The one class of undici that a request needs. All of undici takes twice as long to load: decision 17.
// undici does not promise that this file stays where it is: test/http/undici.test.ts fails when it moves.
import Agent from 'undici/lib/dispatcher/agent.js';

export { Agent };
