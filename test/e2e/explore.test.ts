import { it } from 'vitest';
import { setTimeout as pause } from 'node:timers/promises';
import { temporaryHome } from '../support/home.ts';
import { program } from '../support/process.ts';
import { terminal, terminalOf } from '../support/terminal.ts';
import { DARK_TERMINAL, LIGHT_TERMINAL, readQr, terminalPixels } from '../support/qr-pixels.ts';

const out = (s: string) => process.stdout.write(s + '\n');
const T = { timeout: 60000 };

it('ctrl-t', T, async () => {
  const home = temporaryHome();
  const t = await terminal(['device','create','pin','--user','ada','--confirm'],{home});
  await t.see('? PIN:'); await t.type('94175386'); await pause(100); await t.press('C-t'); await pause(300);
  out('CTRL-T ' + (await t.text()) + t.transcript().includes('94175386'));
  await t.press('Enter'); await pause(300); out(await t.text());
});
it('ambiguous', T, async () => {
  const home = temporaryHome();
  for (const u of ['ada','ada']) await program(['device','create','totp','--user',u,'--show-secret'],{home});
  out(JSON.stringify(await program(['device','show','--user','ada'],{home})));
});
it('shell', T, async () => {
  const home = temporaryHome();
  for (const n of [1,2]) {
  const t = await terminalOf('sh',['-c',`"${process.execPath}" /work/main/bin/otpctl.js device create totp --user ada; printf '$ '; cat`],{home});
  await t.see('$ '); await pause(1500);
  out(await t.text());
  for (const theme of [LIGHT_TERMINAL, DARK_TERMINAL]) { try { out('window: ' + readQr(terminalPixels(await t.drawing(), theme))); } catch (e) { out(String(e)); } }
  await program(['device','list'],{home});
  }
});
it('cursor', T, async () => {
  const home = temporaryHome();
  const t = await terminal(['device','create'],{home});
  await t.see('? type'); await t.press('C-c'); await t.exit();
  out('CURSOR ' + JSON.stringify(t.transcript().slice(-80)));
});
it('long', T, async () => {
  const home = temporaryHome();
  const t = await terminal(['device','create','totp','--user','maximiliane.mustermann-von-hohenstein@subsidiary.example.com','--algorithm','SHA512','--digits','8'],{home, columns: 80, rows: 24});
  out('LONG ' + await t.exit() + await t.text());
  const u = await terminal(['device','create','totp','--user','maximiliane.mustermann-von-hohenstein@subsidiary.example.com'],{home, columns: 80, rows: 24});
  out('LONG ' + await u.exit() + await u.text());
  const v = await terminal(['device','create','totp','--user','ada@example.com'],{home, columns: 80, rows: 24});
  out('ada@example.com ' + await v.exit() + await v.text());
});
it('wrap cells', T, async () => {
  const home = temporaryHome();
  const u = await terminal(['device','create','totp','--user','ada', '--qr','always'],{home, columns: 40, rows: 24});
  out('always ' + await u.exit() + await u.text());
  const w = await program(['device','create','totp','--user','ada', '--qr','always','--no-color'],{home, environment: {NO_COLOR:'1'}});
  out(JSON.stringify(w).slice(0,300));
});
it('store exists as user wizard: quiet', T, async () => {
  const home = temporaryHome();
  const u = await terminal(['device','create', '-q'],{home, columns: 80, rows: 30});
  await u.see('? type'); await u.press('Enter'); await u.see('? user:'); await u.type('ada'); await u.press('Enter');
  await pause(1000);
  out('quiet ' + await u.text());
  const v = await terminal(['device','create', '-o', 'json'],{home, columns: 80, rows: 30});
  await v.see('? type'); await v.press('Enter'); await v.see('? user:'); await v.type('ada'); await v.press('Enter');
  await pause(1000);
  out('json ' + await v.text()); await v.press('C-c'); await pause(500); out(await v.text());
});
