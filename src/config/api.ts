/** `api` and `reverse` (config §2, §9.4): checked as V2Ray reads them. */
import { text } from './scalars.js'
import { array, beside, check, maybe, object, type Shape } from './shape.js'

const SERVICES: readonly string[] = [
  'handlerservice',
  'loggerservice',
  'statsservice',
  'reflectionservice',
  'routingservice',
  'observatoryservice',
]

const services = check(array(text), (names, place) => {
  const places = place.items()
  for (const [i, name] of names.entries()) {
    if (!SERVICES.includes(name.toLowerCase())) {
      places[i]?.report('VM-Y05', 'there is no such service; nothing answers for it')
    }
  }
  return names
})

const fields = check(
  object({ tag: maybe(text), services: maybe(services), listen: maybe(text) }),
  (values, place) => {
    if (!values.tag) place.spot('tag').report('VM-Y04', 'api needs a tag')
    return values
  },
)

export const api: Shape<undefined> = beside(
  'VM-E02',
  'the api is not supported yet; nothing answers on it',
)(fields)

const end = check(object({ tag: maybe(text), domain: maybe(text) }), (values, place) => {
  if (!values.tag) place.spot('tag').report('VM-Y10', 'a tag is needed')
  if (!values.domain) place.spot('domain').report('VM-Y10', 'a domain is needed')
  return values
})

export const reverse: Shape<undefined> = beside(
  'VM-E01',
  'reverse proxying is not supported',
)(object({ bridges: maybe(array(end)), portals: maybe(array(end)) }))
