// What every request needs of undici. All of it takes twice as long to load, and only a proxy needs more: decision 17.
// The file is not one that undici says others may import, so test/http/undici.test.ts tells when it moves.
import Agent from 'undici/lib/dispatcher/agent.js';

export { Agent };
