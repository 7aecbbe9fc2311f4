import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryHome } from './home.ts';

/** The files of an authority, and of a server and a client that it vouches for. */
export interface Certificates {
  path(name: 'ca' | 'server' | 'client', kind: 'pem' | 'key'): string;
  text(name: 'ca' | 'server' | 'client', kind: 'pem' | 'key'): string;
}

/** Makes them with openssl, for 127.0.0.1 and for a day. */
export function certificates(): Certificates {
  const folder = temporaryHome();
  const openssl = (...argv: string[]) => execFileSync('openssl', argv, { cwd: folder, stdio: 'pipe' });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl('req', '-x509', ...newKey, '-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=authority', '-days', '1');
  writeFileSync(join(folder, 'names'), 'subjectAltName=IP:127.0.0.1');
  for (const name of ['server', 'client']) {
    openssl('req', ...newKey, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`);
    const ca = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-extfile', 'names', '-days', '1'];
    openssl('x509', '-req', '-in', `${name}.csr`, '-out', `${name}.pem`, ...ca);
  }
  const path: Certificates['path'] = (name, kind) => join(folder, `${name}.${kind}`);
  return { path, text: (name, kind) => readFileSync(path(name, kind), 'utf8') };
}
