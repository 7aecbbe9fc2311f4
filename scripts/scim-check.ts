// Black-box checks of a SCIM server, any one: node scripts/scim-check.ts https://otp.example.com/scim/v2
//
// The key comes from the environment: SCIM_TOKEN for a bearer token, or SCIM_USER and SCIM_PASSWORD for HTTP Basic. The
// checks make resources of every type and delete them again. Exit 0 when all pass, 1 when one fails, 2 without a URL.

import { scimChecks } from '../test/support/scim-checks.ts';

const [baseUrl] = process.argv.slice(2);
if (baseUrl === undefined || !/^https?:\/\//.test(baseUrl)) {
  console.error('usage: node scripts/scim-check.ts BASE_URL');
  process.exit(2);
}

const authorization = authorizationOf(process.env);
const target = { baseUrl: baseUrl.replace(/\/+$/, ''), ...(authorization !== undefined && { authorization }) };
let failed = 0;
let passed = 0;
for await (const { number, name, outcome, why } of scimChecks(target)) {
  if (outcome === 'failed') failed++;
  if (outcome === 'passed') passed++;
  console.log(`${String(number).padStart(2)}  ${outcome.padEnd(7)}  ${name}${why === undefined ? '' : `: ${why}`}`);
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

function authorizationOf(environment: NodeJS.ProcessEnv): string | undefined {
  const { SCIM_TOKEN: token, SCIM_USER: user, SCIM_PASSWORD: password } = environment;
  if (token !== undefined) return `Bearer ${token}`;
  if (user === undefined || password === undefined) return undefined;
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}
