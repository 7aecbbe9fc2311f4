import { describe, expect, it } from 'vitest';
import { pathsOf } from '../../src/config/paths.ts';

describe('where things are kept', () => {
  it.each([
    ['linux', {}, '/home/ada/.local/share/otpctl/otpctl.db', '/home/ada/.config/otpctl/keys'],
    ['linux', { XDG_DATA_HOME: '/d', XDG_CONFIG_HOME: '/c' }, '/d/otpctl/otpctl.db', '/c/otpctl/keys'],
    [
      'linux',
      { XDG_DATA_HOME: 'd', XDG_CONFIG_HOME: '' },
      '/home/ada/.local/share/otpctl/otpctl.db',
      '/home/ada/.config/otpctl/keys',
    ],
    ['freebsd', {}, '/home/ada/.local/share/otpctl/otpctl.db', '/home/ada/.config/otpctl/keys'],
    [
      'darwin',
      { XDG_DATA_HOME: '/d' },
      '/home/ada/Library/Application Support/otpctl/otpctl.db',
      '/home/ada/Library/Preferences/otpctl/keys',
    ],
    ['win32', { LOCALAPPDATA: '/local', APPDATA: '/roaming' }, '/local/otpctl/otpctl.db', '/roaming/otpctl/keys'],
    ['win32', {}, '/home/ada/AppData/Local/otpctl/otpctl.db', '/home/ada/AppData/Roaming/otpctl/keys'],
  ])('on %s with %o', (platform, environment, store, keys) => {
    expect(pathsOf({ platform, home: () => '/home/ada', environment })).toEqual({
      store,
      keys,
      config: keys.replace(/keys$/, 'config.toml'),
      credentials: keys.replace(/keys$/, 'credentials.toml'),
    });
  });
});
