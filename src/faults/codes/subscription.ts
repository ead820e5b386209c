import type { FaultTable } from '../entry.js'

export const SUBSCRIPTION_FAULTS = {
  SUBSCRIPTION_UNKNOWN: {
    what: 'no such subscription',
    blame: 'caller',
    cause: 'Nothing of this name is stored.',
    hint: 'vmess sub list shows the names',
  },
  SUBSCRIPTION_EXISTS: {
    what: 'there is a subscription of this name already',
    blame: 'caller',
    cause: 'A subscription has a name of its own, and is changed by removing it and adding it again.',
    hint: 'choose another name, or: vmess sub remove NAME',
  },
  SUBSCRIPTION_URL: {
    what: 'the address of the subscription cannot be used',
    blame: 'caller',
    cause: 'It is fetched by http or https. The address itself is a secret, so it is not repeated here.',
  },
  SUBSCRIPTION_FETCH: {
    what: 'the subscription could not be fetched',
    blame: 'environment',
    cause: 'The web server was not reached, or the connection broke. Stored nodes stay as they were.',
    hint: 'try --through PROFILE if the address is blocked here; HTTPS_PROXY and NO_PROXY are obeyed',
  },
  SUBSCRIPTION_STATUS: {
    what: 'the web server refused the subscription',
    blame: 'peer',
    cause: 'It answered with an error: the subscription has expired, or its address has changed.',
    hint: 'copy the address from the panel of the provider again',
  },
  SUBSCRIPTION_REDIRECT: {
    what: 'the web server sends elsewhere, and that is not followed',
    blame: 'peer',
    cause: 'At most five redirects are followed, and none from https to http: the address is a secret.',
  },
  SUBSCRIPTION_SIZE: {
    what: 'the subscription is too large',
    blame: 'peer',
    cause: 'At most 32 MiB are taken, also after unpacking.',
  },
  SUBSCRIPTION_CONTENT: {
    what: 'what was fetched is no subscription',
    blame: 'peer',
    cause:
      'It is a web page, empty, or has no VMess server in it: the subscription has expired, or the panel answers by ' +
      'the kind of app that asks. Stored nodes stay as they were.',
    hint: 'open the address in a browser, or try another --user-agent',
  },
  SUBSCRIPTION_SHRUNK: {
    what: 'the subscription has lost most of its nodes, so the old ones were kept',
    blame: 'peer',
    cause: 'Less than half of the nodes are left, which is more often a mistake of the provider than meant.',
    hint: 'if it is meant: vmess sub update NAME --force',
  },
  SUBSCRIPTION_SOME: {
    what: 'some subscriptions were not updated',
    blame: 'environment',
    cause: 'The report says for each of them why. The others were updated.',
  },
} as const satisfies FaultTable
