import { toIso } from '../../domain/instant.ts';
import type { View } from '../../output/view.ts';
import type { KeyInfo } from '../../ports/store/store-admin.ts';

/** The master key of a store. Never the key. */
export const keyView: View<KeyInfo> = {
  columns: [
    { key: 'store', title: 'store', value: ({ store }) => store },
    { key: 'place', title: 'place', value: ({ location }) => location },
    { key: 'where', title: 'where', value: ({ where }) => where },
    { key: 'keyId', title: 'key id', value: ({ keyId }) => keyId },
    { key: 'since', title: 'since', value: ({ since }) => toIso(since) },
  ],
  table: ['store', 'place', 'where', 'keyId', 'since'],
  id: ({ keyId }) => keyId,
};
