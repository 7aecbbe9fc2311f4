import type { Device, DeviceType } from '../../../domain/device/device.ts';
import { typeRules } from '../../../domain/device-types/index.ts';
import { enroll } from '../../../domain/enrollment/enroll.ts';
import type { EnrollmentRequest } from '../../../domain/enrollment/enrollment.ts';
import { notSupported, OtpctlError } from '../../../domain/errors.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../../domain/settings/settings.ts';
import { commandLine } from '../../../domain/text/command-line.ts';
import { printable } from '../../../domain/text/printable.ts';
import type { CreatedDevice } from '../../../ports/backend.ts';
import type { ScimRemote } from '../scim-remote.ts';
import { unknownOutcome } from '../transport/failures.ts';
import { malformed } from './answer-members.ts';
import { secretInQr } from './app-secret.ts';
import { readDevice } from './device-resource.ts';

/** What the server decides by itself. */
const SERVER_DECIDES = ['secret', 'digits', 'algorithm', 'period', 'counter', 'issuer'] as const;
/** The server has a rule of its own for the length of a PIN. */
const ANY_PIN_LENGTH: Settings = { ...DEFAULT_SETTINGS, pin: { ...DEFAULT_SETTINGS.pin, minLength: 1 } };

/** The created device. Errors: `outcome-unknown` for an answer that cannot be read. */
function createdIn(
  json: unknown,
  wanted: DeviceType,
  { readTime }: ScimRemote,
  { what, look }: { what: string; look: string },
): Device {
  try {
    const { device } = readDevice(json, readTime);
    if (device.type === wanted) return device;
    throw malformed(`a device of type ${printable(device.type)} where one of type ${wanted} was to be`);
  } catch (error) {
    throw error instanceof OtpctlError ? unknownOutcome(what, look, error) : error;
  }
}

/** Creates a device; the request is never repeated. The secret for an app is only in the QR code in the answer. */
export async function createDevice(remote: ScimRemote, request: EnrollmentRequest): Promise<CreatedDevice> {
  const own = SERVER_DECIDES.filter((option) => request[option] !== undefined);
  if (own.length > 0) throw notSupported(`to choose the ${own.join(', ')} of a device`);
  const { type, user, email, phone } = enroll(request, ANY_PIN_LENGTH, remote.random.bytes);
  const change = { what: 'the new device', look: commandLine(['device', 'list'], { user, 'sort-by': 'created' }) };
  const answer = await remote.transport.send({
    method: 'POST',
    path: '/OtpDevice',
    body: {
      type,
      user,
      ...(email !== undefined && { email }),
      ...(phone !== undefined && { phone }),
      ...(request.pin !== undefined && { pin: request.pin.exposeText() }),
      ...remote.creation,
    },
    repeat: 'never',
    accept: [200, 201],
    change,
    ...(request.pin !== undefined && { secrets: [request.pin] }),
  });
  if (answer.json === undefined) throw unknownOutcome(change.what, change.look);
  const device = createdIn(answer.json, type, remote, change);
  if (!typeRules(device.type)?.hasQr) return { device };
  const otpauthUri = await secretInQr((answer.json as { readonly image?: unknown }).image);
  if (otpauthUri !== undefined) return { device, otpauthUri };
  throw new OtpctlError(
    'outcome-unknown',
    `device ${device.id} was created, and the answer has no QR code that can be read: nobody can set it up`,
    `take it away with  ${commandLine(['device', 'delete', device.id])}`,
  );
}
