import { OtpctlError } from '../../domain/errors.ts';
import type { Instant } from '../../domain/instant.ts';
import type { Settings } from '../../domain/settings/settings.ts';
import type { StoreWriter } from '../../ports/store/store-writer.ts';

const HOUR = 3600;

/** Refuses (`send-limit`) a message beyond what a user may get in an hour: who pays for messages must not be drained. */
export function refuseTooMany(writer: StoreWriter, user: string, { send }: Settings, now: Instant): void {
  const sent = writer.sends.count(user, now - HOUR);
  if (sent < send.perUserPerHour) return;
  throw new OtpctlError(
    'send-limit',
    `user "${user}" was sent ${sent} messages within the last hour, and may get ${send.perUserPerHour}`,
    'wait, or raise  send.perUserPerHour',
  );
}
