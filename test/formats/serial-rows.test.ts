import { describe, expect, it } from 'vitest';
import { readRegistrationRows, readSerialRows } from '../../src/formats/rows/serial-rows.ts';

const DEVICE = { kind: 'device', digits: '140100080' };
const TOKEN = { kind: 'token', digits: '014010008031' };

describe('a file of serial numbers', () => {
  it.each([
    [
      'one a line',
      '140100080\n\n 014010008031 \r\n',
      [
        { line: 1, serial: DEVICE },
        { line: 3, serial: TOKEN },
      ],
    ],
    ['one a line, quoted', '"140100080"\n', [{ line: 1, serial: DEVICE }]],
    ['CSV', 'deviceSerialNumber,userId\n140100080,u\n', [{ line: 2, serial: DEVICE, userId: 'u' }]],
    [
      'CSV of a spreadsheet',
      '\ufeffUser ID;Serial\r\nu;140100080\r\n;014010008031\r\n',
      [
        { line: 2, serial: DEVICE, userId: 'u' },
        { line: 3, serial: TOKEN },
      ],
    ],
    ['CSV with more columns', 'name,device_serial_number\n"a, b",140100080\n', [{ line: 2, serial: DEVICE }]],
    [
      'JSONL',
      '{"deviceSerialNumber":"140100080","userId":"u"}\n{"id":140100080}\n',
      [
        { line: 1, serial: DEVICE, userId: 'u' },
        { line: 2, serial: DEVICE },
      ],
    ],
    [
      'what list prints',
      '[{"tokenSerialNumber":"014010008031","deviceSerialNumber":"140100080","x":null}]',
      [{ line: 1, serial: DEVICE }],
    ],
    ['tokens alone', 'tokenSerialNumber\n014010008031\n', [{ line: 2, serial: TOKEN }]],
    [
      'the rows of a run',
      '{"id":"140100080","name":"014010008031","user":"u","outcome":"changed"}\n{"id":"014010008031","outcome":"failed"}\n',
      [
        { line: 1, serial: DEVICE },
        { line: 2, serial: TOKEN },
      ],
    ],
    ['nothing', ' \n', []],
  ])('may be %s', async (_, text, rows) => {
    expect(await readSerialRows(text)).toEqual(rows);
  });

  it.each([
    ['140100080\nnonsense\n14010008\n', 'line 2: "nonsense" is not a serial number of a DS100\nline 3: "14010008"'],
    ['140100080\n14010008031\n', 'line 2: "14010008031" is not a serial number of a DS100; a leading zero'],
    ['a,b\n1,2\n', 'the file has no serial number (the separator is ",")'],
    ['{"id":"140100080"}\n{"id":\n', 'line 2 is not JSON'],
    ['[{"id":', 'the file is not JSON'],
    ['[[1]]', 'line 1 is no JSON object'],
    ['[1]', 'line 1: "1" is not a serial number'],
    ['serial,x\n"140100080', 'line 2 of the file is not CSV: a quote is not closed'],
    ['serial,x\n140100080\n', 'line 2 has 1 cell, and the heading has 2 (the separator is ",")'],
    ['{"__proto__":{"id":"140100080"}}', 'no serial number'],
  ])('is refused whole when it is %j', async (text, sentence) => {
    await expect(readSerialRows(text)).rejects.toMatchObject({
      code: 'invalid-value',
      message: expect.stringContaining(sentence),
    });
  });

  it('names the first lines that are wrong, and counts the rest', async () => {
    const text = `serial\n${'x\n'.repeat(8)}`;
    await expect(readSerialRows(text)).rejects.toThrow(/line 6: [^\n]*\nand 3 more lines$/);
  });
});

describe('a file of devices to register', () => {
  it('has both serial numbers and the holder, and what else is known', async () => {
    const text =
      'deviceSerialNumber,tokenSerialNumber,userId,name,email,tokenStatus\n140100080,014010008031,u,key,a@b.c,disabled\n';
    expect(await readRegistrationRows(text)).toEqual([
      {
        line: 2,
        deviceSerialNumber: '140100080',
        tokenSerialNumber: '014010008031',
        userId: 'u',
        name: 'key',
        email: 'a@b.c',
        tokenStatus: 'Disabled',
      },
    ]);
  });

  it.each([
    ['140100080\n', 'no userId'],
    ['serial,userId\n140100080,u\n', 'no tokenSerialNumber'],
    ['serial,tokenSerialNumber,userId\n014010008031,140100080,u\n', 'is the serial number of a token'],
    ['serial,tokenSerialNumber,userId,name\n140100080,014010008031,u,"a\nb"\n', 'control characters'],
    ['serial,tokenSerialNumber,userId,tokenStatus\n140100080,014010008031,u,lost\n', 'is not Enabled or Disabled'],
  ])('is refused whole when it is %j', async (text, sentence) => {
    await expect(readRegistrationRows(text)).rejects.toThrow(sentence);
  });
});
