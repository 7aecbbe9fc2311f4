// In a module of its own: loaded when a provider is called.
export { Agent, request } from 'undici';
