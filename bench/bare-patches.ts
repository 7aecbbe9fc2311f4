// What a bulk run is measured against at the double: a bare pool that sends the same PATCH requests. Arguments: the URL
// of the base, the status, the first id and how many there are, and how many requests are under way at once.
import { Pool } from 'undici';

const [url = '', value = '', first = '', count = '', concurrency = ''] = process.argv.slice(2);
const { origin, pathname } = new URL(url);
const pool = new Pool(origin, { connections: Number(concurrency) });
const body = JSON.stringify({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations: [{ op: 'replace', path: 'status', value }],
});
const authorization = `Basic ${Buffer.from(`${process.env['OTPCTL_USERNAME']}:${process.env['OTPCTL_PASSWORD']}`).toString('base64')}`;
const headers = { authorization, 'content-type': 'application/scim+json', accept: 'application/scim+json' };
let sent = 0;
const lane = async () => {
  while (sent < Number(count)) {
    const path = `${pathname}/OtpDevice/${Number(first) + sent++}`;
    const answer = await pool.request({ method: 'PATCH', path, headers, body });
    const text = await answer.body.text();
    if (answer.statusCode !== 200) throw new Error(`${answer.statusCode} ${text}`);
  }
};
await Promise.all(Array.from({ length: Number(concurrency) }, lane));
await pool.close();
