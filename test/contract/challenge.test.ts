import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createOutbox } from '../../src/delivery/outbox.ts';
import { Secret } from '../../src/domain/secret.ts';
import type { ServableBackend } from '../../src/ports/backend.ts';
import type { CodeMessage, Messenger } from '../../src/ports/messenger.ts';
import { IMPLEMENTATIONS, ORIGIN } from '../support/backends.ts';
import { CHANNELS } from '../support/channels.ts';
import { countedRandom, fixedClock } from '../support/fixed.ts';
import { temporaryHome } from '../support/home.ts';

const PIN = '2718281828459045';

/** The digits of a PIN at positions counted from 1. */
const digits = (positions: readonly number[] = []) => positions.map((position) => PIN[position - 1]).join('');
/** As many digits, every one of them wrong. */
const wrong = (answer: string) => [...answer].map((digit) => (Number(digit) + 1) % 10).join('');

describe.each(IMPLEMENTATIONS)('a challenge, at the $name backend', ({ open }) => {
  const set = async (messenger?: Messenger) => {
    const clock = fixedClock();
    const backend = await open({ clock, random: countedRandom(), ...(messenger && { messenger }) });
    return { backend, clock };
  };
  const enrolPin = async (backend: ServableBackend) =>
    (await backend.create({ type: 'PIN', user: 'ada', pin: Secret.ofText(PIN) }, ORIGIN)).device.id;
  const succeeds = async (backend: ServableBackend, id: string, code: string) =>
    (await backend.verify(id, code, ORIGIN)).success;

  describe('of a PIN', () => {
    it('asks for three different digits, counted from 1, in order', async () => {
      const { backend } = await set();
      const id = await enrolPin(backend);
      const seen = new Set<number>();
      for (let time = 0; time < 60; time++) {
        const { positions = [], pinLength, ...rest } = await backend.challenge(id, {}, ORIGIN);
        expect(pinLength).toBe(PIN.length);
        expect(rest).toEqual({ id, cell: 'PIN', cardNumber: 'Security number', expires: expect.any(Number) });
        expect(positions).toHaveLength(3);
        expect([...new Set(positions)].sort((a, b) => a - b)).toEqual(positions);
        for (const position of positions) seen.add(position);
        expect(await succeeds(backend, id, digits(positions))).toBe(true);
      }
      expect([...seen].sort((a, b) => a - b)).toEqual(Array.from({ length: PIN.length }, (_, at) => at + 1));
    });

    it('is answered once, and enables a created device', async () => {
      const { backend } = await set();
      const id = await enrolPin(backend);
      const { positions } = await backend.challenge(id, {}, ORIGIN);
      expect(await backend.verify(id, digits(positions), ORIGIN)).toMatchObject({ success: true, status: 'V' });
      expect(await succeeds(backend, id, digits(positions))).toBe(false);
      expect(await backend.find(id)).toMatchObject({ fails: 1 });
    });

    it('asks for the same positions until they are answered rightly, whatever happens meanwhile', async () => {
      const { backend, clock } = await set();
      const id = await enrolPin(backend);
      const first = await backend.challenge(id, {}, ORIGIN);
      const again = async () => (await backend.challenge(id, {}, ORIGIN)).positions;
      for (let time = 0; time < 20; time++) expect(await again()).toEqual(first.positions);
      await succeeds(backend, id, wrong(digits(first.positions)));
      expect(await again()).toEqual(first.positions);
      expect(await backend.find(id)).toMatchObject({ fails: 1 });
      clock.advance(1000);
      expect(await succeeds(backend, id, digits(first.positions))).toBe(false);
      expect(await again()).toEqual(first.positions);
      await backend.transition(id, 'lock', ORIGIN);
      await backend.transition(id, 'unlock', ORIGIN);
      expect(await succeeds(backend, id, digits(first.positions))).toBe(false);
      expect(await again()).toEqual(first.positions);
      expect(await succeeds(backend, id, digits(first.positions))).toBe(true);
      const later = new Set<string>();
      for (let time = 0; time < 20; time++) {
        const positions = await again();
        later.add(String(positions));
        await succeeds(backend, id, digits(positions));
      }
      expect(later.size).toBeGreaterThan(1);
    });

    it('asks for other positions when it is to ask for more of them', async () => {
      const { backend } = await set();
      const id = await enrolPin(backend);
      await backend.challenge(id, {}, ORIGIN);
      await backend.settings.change({ 'pin.digitsToAsk': 4 }, ORIGIN);
      expect((await backend.challenge(id, {}, ORIGIN)).positions).toHaveLength(4);
    });

    it.each([
      [300, true],
      [301, false],
      [-1, false],
    ])('%i seconds later is answered: %s', async (seconds, success) => {
      const { backend, clock } = await set();
      const id = await enrolPin(backend);
      const { positions } = await backend.challenge(id, {}, ORIGIN);
      clock.advance(seconds);
      expect(await succeeds(backend, id, digits(positions))).toBe(success);
    });

    it('must have been issued: an answer to none is a failed attempt', async () => {
      const { backend } = await set();
      const id = await enrolPin(backend);
      expect(await backend.verify(id, '271', ORIGIN)).toMatchObject({ success: false, fails: 1 });
    });

    it('is answered by the digits in order, whatever they are', async () => {
      const { backend } = await set();
      const id = await enrolPin(backend);
      await fc.assert(
        fc.asyncProperty(fc.stringMatching(/^[0-9]{3}$/), async (answer) => {
          await backend.resetFails(id, ORIGIN);
          const { positions } = await backend.challenge(id, {}, ORIGIN);
          expect(await succeeds(backend, id, answer)).toBe(answer === digits(positions));
        }),
        { numRuns: 50 },
      );
    });

    it('dies with a lock, and is not good after an unlock', async () => {
      const { backend } = await set();
      const id = await enrolPin(backend);
      const { positions } = await backend.challenge(id, {}, ORIGIN);
      await backend.transition(id, 'lock', ORIGIN);
      await backend.transition(id, 'unlock', ORIGIN);
      expect(await succeeds(backend, id, digits(positions))).toBe(false);
    });
  });

  it('only names a TOTP or HOTP device', async () => {
    const { backend } = await set();
    const { id } = (await backend.create({ type: 'TOTP', user: 'ada' }, ORIGIN)).device;
    expect(await backend.challenge(id, {}, ORIGIN)).toEqual({ id, cell: 'PIN', cardNumber: 'TOTP00000001' });
  });

  it.each(['lock', 'disable'] as const)('is refused after %s', async (to) => {
    const { backend } = await set();
    const id = await enrolPin(backend);
    await backend.transition(id, to, ORIGIN);
    await expect(backend.challenge(id, {}, ORIGIN)).rejects.toMatchObject({ code: 'status-forbids' });
  });

  it('is found by its user while it is under way', async () => {
    const { backend, clock } = await set();
    const id = await enrolPin(backend);
    await enrolPin(backend);
    expect(await backend.challenged('ada')).toBeUndefined();
    await backend.challenge(id, {}, ORIGIN);
    expect(await backend.challenged('ADA')).toMatchObject({ id });
    expect(await backend.challenged('bob')).toBeUndefined();
    clock.advance(301);
    expect(await backend.challenged('ada')).toBeUndefined();
  });

  describe('by message', () => {
    const setMessages = async () => {
      const folder = join(temporaryHome(), 'outbox');
      const { backend, clock } = await set(createOutbox(folder, countedRandom(1000)));
      await backend.settings.change(CHANNELS, ORIGIN);
      const { id } = (await backend.create({ type: 'EMAIL', user: 'ada', email: 'ada@example.com' }, ORIGIN)).device;
      const sent = () =>
        readdirSync(folder).map((file): CodeMessage => JSON.parse(readFileSync(join(folder, file), 'utf8')));
      const challenge = async (options = {}) => {
        const before = new Set(readdirSync(folder));
        await backend.challenge(id, options, ORIGIN);
        const [file] = readdirSync(folder).filter((name) => !before.has(name));
        return (JSON.parse(readFileSync(join(folder, file as string), 'utf8')) as CodeMessage).code;
      };
      return { backend, clock, id, sent, challenge };
    };

    it('sends a code, says how, and never says which', async () => {
      const { backend, id, sent } = await setMessages();
      const receipt = await backend.challenge(id, {}, ORIGIN);
      const [message] = sent();
      expect(message).toEqual({
        channel: 'email',
        to: 'ada@example.com',
        user: 'ada',
        code: expect.stringMatching(/^\d{6}$/),
        attributes: {},
      });
      expect(receipt).toMatchObject({
        id,
        cell: 'PIN',
        cardNumber: 'Email message to ad*@ex*****.co*',
        channel: 'email',
        sent: true,
      });
      expect(JSON.stringify(receipt)).not.toContain(message?.code);
      expect(await backend.verify(id, message?.code ?? '', ORIGIN)).toMatchObject({ success: true, status: 'V' });
      expect(await succeeds(backend, id, message?.code ?? '')).toBe(false);
    });

    it('sends nothing while a code is under way, unless it is asked to', async () => {
      const { backend, clock, id, sent } = await setMessages();
      await backend.challenge(id, {}, ORIGIN);
      clock.advance(59);
      expect(await backend.challenge(id, {}, ORIGIN)).toMatchObject({ sent: false });
      expect(sent()).toHaveLength(1);
      expect(await backend.challenge(id, { resend: true }, ORIGIN)).toMatchObject({ sent: true });
      clock.advance(60);
      expect(await backend.challenge(id, {}, ORIGIN)).toMatchObject({ sent: true });
      expect(sent()).toHaveLength(3);
    });

    it('keeps fails when it is sent again, and kills the code before', async () => {
      const { backend, id, challenge, sent } = await setMessages();
      await backend.challenge(id, {}, ORIGIN);
      const first = sent()[0]?.code ?? '';
      await succeeds(backend, id, wrong(first));
      const second = await challenge({ resend: true });
      expect(await backend.find(id)).toMatchObject({ fails: 1 });
      expect(await succeeds(backend, id, first)).toBe(false);
      expect(await succeeds(backend, id, second)).toBe(true);
    });

    it.each([
      [300, true],
      [301, false],
    ])('is good for its time to live: after %i seconds %s', async (seconds, success) => {
      const { backend, clock, id, sent } = await setMessages();
      await backend.challenge(id, {}, ORIGIN);
      clock.advance(seconds);
      expect(await succeeds(backend, id, sent()[0]?.code ?? '')).toBe(success);
    });

    it.each([
      ['email.ttl', 600, true],
      ['email.ttl', 601, false],
      ['sms.ttl', 600, true],
      ['sms.ttl', 601, false],
    ] as const)('at the longest %s there can be, after %i seconds: %s', async (key, seconds, success) => {
      const codes: string[] = [];
      const { backend, clock } = await set({
        prepare: ({ code }) => {
          codes.push(code);
          return async () => {};
        },
      });
      await backend.settings.change({ ...CHANNELS, [key]: '10min' }, ORIGIN);
      const contact = key === 'email.ttl' ? { email: 'ada@example.com' } : { phone: '666555444' };
      const type = key === 'email.ttl' ? 'EMAIL' : 'SMS';
      const { id } = (await backend.create({ type, user: 'ada', ...contact }, ORIGIN)).device;
      await backend.challenge(id, {}, ORIGIN);
      clock.advance(seconds);
      expect(await succeeds(backend, id, codes[0] ?? '')).toBe(success);
    });

    it('dies after five wrong tries, before the device does', async () => {
      const { backend, id, sent } = await setMessages();
      await backend.challenge(id, {}, ORIGIN);
      const code = sent()[0]?.code ?? '';
      for (let time = 0; time < 5; time++) await succeeds(backend, id, wrong(code));
      expect(await backend.verify(id, code, ORIGIN)).toMatchObject({ success: false, status: 'C', fails: 6 });
      expect(await backend.challenged('ada')).toBeUndefined();
    });

    it('that could not be sent leaves no code behind', async () => {
      const codes: string[] = [];
      const { backend } = await set({
        prepare: ({ code }) => {
          codes.push(code);
          return () => Promise.reject(new Error('the provider is down'));
        },
      });
      await backend.settings.change(CHANNELS, ORIGIN);
      const { id } = (await backend.create({ type: 'SMS', user: 'ada', phone: '666555444' }, ORIGIN)).device;
      await expect(backend.challenge(id, {}, ORIGIN)).rejects.toThrow('the provider is down');
      expect(await succeeds(backend, id, codes[0] ?? '')).toBe(false);
      expect(await backend.challenged('ada')).toBeUndefined();
    });

    it('are so many an hour, over the devices of a user, and those that failed are none', async () => {
      const sent: string[] = [];
      let down = true;
      const { backend, clock } = await set({
        prepare:
          (_, { channel }) =>
          async () => {
            if (down) throw new Error('the provider is down');
            sent.push(channel);
          },
      });
      await backend.settings.change({ ...CHANNELS, 'send.perUserPerHour': 3 }, ORIGIN);
      const enrolled = [
        await backend.create({ type: 'SMS', user: 'ada', phone: '666555444' }, ORIGIN),
        await backend.create({ type: 'EMAIL', user: 'ADA', email: 'ada@example.com' }, ORIGIN),
      ];
      const challenge = async (which: number) =>
        backend.challenge(enrolled[which]?.device.id ?? '', { resend: true }, ORIGIN);
      for (let time = 0; time < 5; time++) await expect(challenge(0)).rejects.toThrow('the provider is down');
      down = false;
      for (const which of [0, 1, 0]) await challenge(which);
      await expect(challenge(1)).rejects.toMatchObject({ code: 'send-limit' });
      const other = await backend.create({ type: 'SMS', user: 'bob', phone: '666555444' }, ORIGIN);
      await backend.challenge(other.device.id, {}, ORIGIN);
      clock.advance(3600);
      await challenge(1);
      expect(sent).toEqual(['sms', 'email', 'sms', 'sms', 'email']);
    });

    it('a thousand at once are no more than an hour may have', async () => {
      let sent = 0;
      const { backend } = await set({
        prepare: () => async () => {
          sent += 1;
        },
      });
      await backend.settings.change(CHANNELS, ORIGIN);
      const { id } = (await backend.create({ type: 'SMS', user: 'ada', phone: '666555444' }, ORIGIN)).device;
      const answers = await Promise.allSettled(
        Array.from({ length: 1000 }, () => backend.challenge(id, { resend: true }, ORIGIN)),
      );
      expect(sent).toBe(10);
      expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(10);
    });

    it('are calls where they are asked for, or where nothing else is enabled', async () => {
      const sent: string[] = [];
      const { backend } = await set({
        prepare:
          (_, { channel }) =>
          async () => {
            sent.push(channel);
          },
      });
      const { id } = (await backend.create({ type: 'SMS', user: 'ada', phone: '666555444' }, ORIGIN)).device;
      await backend.settings.change(CHANNELS, ORIGIN);
      await expect(backend.challenge(id, { voice: true }, ORIGIN)).rejects.toMatchObject({
        code: 'no-channel',
        message: expect.stringContaining('voice.enabled'),
      });
      await backend.settings.change({ 'voice.url': 'https://voice.example.com/${PIN}', 'voice.enabled': true }, ORIGIN);
      await backend.challenge(id, {}, ORIGIN);
      await backend.challenge(id, { voice: true, resend: true }, ORIGIN);
      await backend.settings.change({ 'sms.enabled': false }, ORIGIN);
      await backend.challenge(id, { resend: true }, ORIGIN);
      expect(sent).toEqual(['sms', 'voice', 'voice']);
    });

    it('lock by the limit of the channel that carried the last code', async () => {
      const { backend } = await set({ prepare: () => async () => {} });
      await backend.settings.change(
        {
          ...CHANNELS,
          'voice.url': 'https://voice.example.com/${PIN}',
          'voice.enabled': true,
          'voice.lockAfter': 2,
          'sms.lockAfter': 4,
        },
        ORIGIN,
      );
      const lockedAfter = async (voice: boolean) => {
        const { id } = (await backend.create({ type: 'SMS', user: 'ada', phone: '666555444' }, ORIGIN)).device;
        await backend.challenge(id, { voice }, ORIGIN);
        for (let tries = 1; tries < 20; tries++) {
          if ((await backend.verify(id, '000000', ORIGIN)).locked) return tries;
        }
        return undefined;
      };
      expect(await lockedAfter(true)).toBe(2);
      expect(await lockedAfter(false)).toBe(4);
    });

    it('says that no channel is enabled, and counts nothing', async () => {
      const { backend } = await set();
      const { id } = (await backend.create({ type: 'SMS', user: 'ada', phone: '666555444' }, ORIGIN)).device;
      await expect(backend.challenge(id, {}, ORIGIN)).rejects.toMatchObject({ code: 'no-channel' });
      expect(await backend.find(id)).toMatchObject({ fails: 0 });
    });
  });
});
