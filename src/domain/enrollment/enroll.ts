import { deviceTypes } from '../device-types/index.ts';
import { invalid, OtpctlError } from '../errors.ts';
import type { RandomBytes } from '../random-source.ts';
import type { Settings } from '../settings/settings.ts';
import { userName } from '../user.ts';
import { type Enrollment, type EnrollmentOption, type EnrollmentRequest, OPTION_WORDS } from './enrollment.ts';

const OPTIONS = Object.keys(OPTION_WORDS) as EnrollmentOption[];

/** Checks a request and completes it. Errors: `invalid-value`, with what is wrong in one sentence. */
export function enroll(request: EnrollmentRequest, settings: Settings, randomBytes: RandomBytes): Enrollment {
  const type = deviceTypes[request.type];
  for (const option of OPTIONS) {
    if (request[option] === undefined || type.options.includes(option)) continue;
    throw new OtpctlError('invalid-value', `a device of type ${request.type} has no ${OPTION_WORDS[option]}`);
  }
  if (request.allowWeakSecret && request.secret === undefined) {
    throw invalid('there is no secret that could be weak', 'leave out what allows one');
  }
  return type.enroll({ ...request, user: userName(request.user) }, settings, randomBytes);
}
