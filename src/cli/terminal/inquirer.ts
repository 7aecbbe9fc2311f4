// The prompts that are used, in a module of their own: loaded when somebody is asked, and without the rest.
export { confirm, input, password, select } from '@inquirer/prompts';
