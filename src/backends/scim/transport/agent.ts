// The part of undici that every remote command needs: the whole takes twice as long to load.
import Agent from 'undici/lib/dispatcher/agent.js';

export { Agent };
