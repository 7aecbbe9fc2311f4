import type { Action } from '../../domain/api-key/rights.ts';
import type { DeviceType } from '../../domain/device/device.ts';
import type { Page, Selection } from '../../domain/device/selection.ts';
import { bindFilter } from '../../domain/query/bind-filter.ts';
import { DEVICE_SCHEMA, type DeviceFilterAttribute, OTP_DEVICE_TYPE } from '../../domain/query/device-schema.ts';
import { parseFilter } from '../../domain/query/parse-filter.ts';
import { otpDevice } from '../../scim/device/otp-device.ts';
import { deviceChanges, deviceRequest, deviceToResource } from '../../scim/device/otp-device-mapping.ts';
import { localFilter } from '../../scim/local-filter.ts';
import type { ListQuery } from '../../scim/messages/list-query.ts';
import type { Resource } from '../../scim/schema/resource.ts';
import type { ResourceType } from '../../scim/schema/schema.ts';
import { badRequest } from '../../scim/scim-error.ts';
import { textFilterWords } from '../../scim/text-filter.ts';
import type { RequestContext } from './request-context.ts';
import type { ScimDeps } from './scim-deps.ts';
import type { ServedType } from './served-type.ts';

/** Devices as a type of resources. */
export function otpDeviceOperations({ qrPng }: Pick<ScimDeps, 'qrPng'>): ServedType {
  /** The type as it was described last; the same while the settings are. */
  let last: { readonly types: readonly DeviceType[]; readonly type: ResourceType } = { types: [], type: otpDevice([]) };
  return {
    endpoint: `/${OTP_DEVICE_TYPE}`,
    defaulted: ['status'],
    async describe({ backend: { resources } }) {
      const types = await resources.enabledTypes();
      // What is bound to a scope reads the settings for itself.
      if (types !== last.types && types.join() !== last.types.join()) last = { types, type: otpDevice(types) };
      return last.type;
    },
    lastDescribed: () => last.type,
    find: async ({ backend: { resources } }, id) => {
      const device = await resources.find(id);
      return device && deviceToResource(device);
    },
    async list(query, context) {
      const { backend } = context;
      const selection = selectionOf(query, context);
      const page = pageOf(query);
      const total = await backend.count(selection);
      const found: Resource[] = [];
      if (query.count > 0 && query.startIndex <= total) {
        for await (const devices of backend.resources.list(selection, page))
          found.push(...devices.map(deviceToResource));
      }
      return { total, resources: found };
    },
    async create({ backend: { resources } }, attributes, origin) {
      const request = deviceRequest(attributes, await resources.enabledTypes());
      const { resource, otpauthUri } = await resources.create(request, origin);
      const image = () => Buffer.from(qrPng(otpauthUri?.exposeText() ?? '')).toString('base64');
      return {
        resource: deviceToResource(resource),
        oneTimeAttributes: () => (otpauthUri === undefined ? {} : { image: image() }),
      };
    },
    actionOf(before, after) {
      // One that is enabled from its beginning was confirmed by nobody.
      if (before === undefined) return (after['status'] ?? 'C') === 'C' ? 'device.create' : 'device.enable';
      const { status: _, ...others } = deviceChanges(before, after);
      return Object.keys(others).length > 0 ? 'device.update' : statusAction(before['status'], after['status']);
    },
    // A request that names the status is an order to set it, and is logged as one even if the device has it already.
    change: async ({ backend: { resources } }, id, before, after, origin, precondition, named) =>
      deviceToResource(
        await resources.put(id, deviceChanges(before, after, named.has('status')), origin, precondition),
      ),
    remove: ({ backend: { resources } }, id, origin, precondition) => resources.remove(id, origin, precondition),
  };
}

/**
 * To lock what is disabled is as much as to enable it, for a lock can be taken away by who may not enable. To name the
 * status that a device has, where it is not barred, is as much as to unlock.
 */
function statusAction(before: unknown, after: unknown): Action {
  if (after === 'D') return 'device.disable';
  if (after === 'L') return before === 'D' ? 'device.enable' : 'device.lock';
  return before === 'L' || before === after ? 'device.unlock' : 'device.enable';
}

function selectionOf({ filter, textFilter }: ListQuery, { base, dialect }: RequestContext): Selection {
  const words = textFilter === undefined ? [] : textFilterWords(textFilter);
  return {
    ...(words.length > 0 && { words }),
    ...(filter !== undefined && { filter: bound(filter, base, dialect.numericIds) }),
  };
}

function bound(text: string, base: string, numericIds: boolean) {
  return bindFilter(localFilter(parseFilter(text), { text, base, numericIds }), DEVICE_SCHEMA, text);
}

function pageOf({ sortBy, descending, startIndex, count }: ListQuery): Page {
  return {
    ...(sortBy !== undefined && { sortBy: sortAttribute(sortBy) }),
    descending,
    limit: count,
    offset: startIndex - 1,
  };
}

function sortAttribute(path: string): DeviceFilterAttribute {
  const prefix = `${DEVICE_SCHEMA.urn.toLowerCase()}:`;
  const name = path.toLowerCase().startsWith(prefix) ? path.slice(prefix.length) : path;
  const found = DEVICE_SCHEMA.attributes.find((each) => each.name.toLowerCase() === name.toLowerCase());
  if (found === undefined) throw badRequest('invalidPath', `devices cannot be sorted by ${path.slice(0, 200)}`);
  return found.name;
}
