import { attribute, type ScimSchema } from '../../src/scim/schema/schema.ts';

/** A schema with everything that the schema of devices has not: complex attributes, and several values. */
export const PEOPLE: ScimSchema = {
  id: 'urn:example:People',
  name: 'People',
  description: 'people',
  attributes: [
    attribute('userName', 'string', 'name', { required: true }),
    attribute('active', 'boolean', 'whether they work here'),
    attribute('age', 'integer', 'years'),
    attribute('badge', 'string', 'number of the badge', { mutability: 'immutable' }),
    attribute('password', 'string', 'password', { mutability: 'writeOnly', returned: 'never' }),
    attribute('groups', 'string', 'groups', { multiValued: true, mutability: 'readOnly' }),
    attribute('tags', 'string', 'tags', { multiValued: true, caseExact: true }),
    attribute('name', 'complex', 'name', {
      subAttributes: [
        attribute('givenName', 'string', 'first'),
        attribute('familyName', 'string', 'last'),
        attribute('formatted', 'string', 'whole', { mutability: 'readOnly' }),
      ],
    }),
    attribute('emails', 'complex', 'addresses', {
      multiValued: true,
      subAttributes: [
        attribute('value', 'string', 'address', { required: true }),
        attribute('type', 'string', 'sort'),
        attribute('primary', 'boolean', 'whether it is the first'),
      ],
    }),
  ],
};
