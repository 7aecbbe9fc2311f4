import type { DeviceType } from '../../domain/device/device.ts';
import { type DeviceRequest, freeText, nextContact, usesContact } from '../../domain/device/device-changes.ts';
import { deviceTypes, enabledTypes } from '../../domain/device-types/index.ts';
import type { EnrollmentRequest } from '../../domain/enrollment/enrollment.ts';
import type { Settings } from '../../domain/settings/settings.ts';
import type { DeviceResources } from '../../ports/device-resources.ts';
import { removeDevice } from './change-device.ts';
import { createDevice, type PresetFields } from './create-device.ts';
import type { LocalDeps } from './local-deps.ts';
import { putDevice } from './put-device.ts';

/** The devices of the embedded core as resources. */
export function createLocalResources(deps: LocalDeps): DeviceResources {
  const { store } = deps;
  let described: { readonly settings: Settings; readonly types: readonly DeviceType[] } | undefined;
  return {
    async enabledTypes() {
      const settings = store.policy();
      if (settings !== described?.settings) described = { settings, types: enabledTypes(settings) };
      return described.types;
    },
    async *list(selection, page) {
      yield* store.listResources(selection, page);
    },
    find: async (id) => store.findResource(id),
    async create(request, origin) {
      const { enrollment, preset } = split(request);
      const { resource, otpauthUri } = await createDevice(deps, enrollment, origin, preset);
      return { resource, ...(otpauthUri && { otpauthUri }) };
    },
    put: (id, changes, origin, precondition) => putDevice(deps, id, changes, origin, precondition),
    remove: (id, origin, precondition) => removeDevice(deps, id, origin, precondition),
  };
}

/** What the type asks for, and what the device merely has from the start. */
function split({ type, user, status, externalId, pin, email, phone }: DeviceRequest): {
  enrollment: EnrollmentRequest;
  preset: PresetFields;
} {
  const uses = { email: usesContact(type, 'email'), phone: usesContact(type, 'phone') };
  const free = nextContact(
    { type },
    {
      ...(email !== undefined && !uses.email && { email }),
      ...(phone !== undefined && !uses.phone && { phone }),
    },
  );
  return {
    enrollment: {
      type,
      user,
      ...(email !== undefined && uses.email && { email }),
      ...(phone !== undefined && uses.phone && { phone }),
      ...(pin !== undefined && deviceTypes[type].options.includes('pin') && { pin }),
    },
    preset: {
      ...free,
      ...(status !== undefined && { status }),
      ...(externalId !== undefined && { externalId: freeText('externalId', externalId) }),
    },
  };
}
