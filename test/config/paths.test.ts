import { describe, expect, it } from 'vitest';
import { pathsOf } from '../../src/config/paths.ts';

describe('where things are kept', () => {
  const state = '/home/ada/.local/state/otpctl/runs.db';
  it.each([
    ['linux', {}, '/home/ada/.local/share/otpctl/otpctl.db', '/home/ada/.config/otpctl/keys', state],
    [
      'linux',
      { XDG_DATA_HOME: '/d', XDG_CONFIG_HOME: '/c', XDG_STATE_HOME: '/s' },
      '/d/otpctl/otpctl.db',
      '/c/otpctl/keys',
      '/s/otpctl/runs.db',
    ],
    [
      'linux',
      { XDG_DATA_HOME: 'd', XDG_CONFIG_HOME: '', XDG_STATE_HOME: 's' },
      '/home/ada/.local/share/otpctl/otpctl.db',
      '/home/ada/.config/otpctl/keys',
      state,
    ],
    ['freebsd', {}, '/home/ada/.local/share/otpctl/otpctl.db', '/home/ada/.config/otpctl/keys', state],
    [
      'darwin',
      { XDG_DATA_HOME: '/d' },
      '/home/ada/Library/Application Support/otpctl/otpctl.db',
      '/home/ada/Library/Preferences/otpctl/keys',
      '/home/ada/Library/Application Support/otpctl/runs.db',
    ],
    [
      'win32',
      { LOCALAPPDATA: '/local', APPDATA: '/roaming' },
      '/local/otpctl/otpctl.db',
      '/roaming/otpctl/keys',
      '/local/otpctl/runs.db',
    ],
    [
      'win32',
      {},
      '/home/ada/AppData/Local/otpctl/otpctl.db',
      '/home/ada/AppData/Roaming/otpctl/keys',
      '/home/ada/AppData/Local/otpctl/runs.db',
    ],
  ])('on %s with %o', (platform, environment, store, keys, runs) => {
    expect(pathsOf({ platform, home: () => '/home/ada', environment })).toEqual({
      store,
      keys,
      runs,
      config: keys.replace(/keys$/, 'config.toml'),
      credentials: keys.replace(/keys$/, 'credentials.toml'),
    });
  });
});
