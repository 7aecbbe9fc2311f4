// In a module of its own: loaded only for text that is not ASCII.
export { default as textWidth } from 'string-width';
