/** Findings as SARIF 2.1.0, which code hosts and editors show beside the lines. */
import type { MatchPlace, MatchReport } from '../../operations/match.js'
import type { ShownFinding, Validation } from '../../operations/validate.js'

const SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json'

export function sarifOf({ findings, rules, failures }: Validation, version: string): object {
  const ids = Object.keys(rules)
  return logOf({
    version,
    rules: ids.map(ruleOf),
    invocation: {
      executionSuccessful: failures.length === 0,
      toolExecutionNotifications: failures.map(({ file, fault }) => ({
        level: 'error',
        message: { text: fault.why ?? fault.what },
        locations: [{ physicalLocation: { artifactLocation: { uri: uriOf(file) } } }],
      })),
    },
    results: findings.map((finding) => resultOf(finding, ids.indexOf(finding.rule))),
  })

  function ruleOf(id: string): object {
    const rule = rules[id as keyof typeof rules]
    return {
      id,
      shortDescription: { text: sentence(rule?.title ?? id) },
      fullDescription: { text: rule?.why ?? id },
      defaultConfiguration: { level: rule?.severity === 'off' ? 'none' : rule?.severity },
    }
  }
}

/** The differences of a match; each is at the side that has to change, and related to the other. */
export function matchSarifOf({ findings }: MatchReport, version: string): object {
  const ids = [...new Set(findings.map(({ id }) => id))]
  return logOf({
    version,
    rules: ids.map((id) => ({ id })),
    invocation: { executionSuccessful: true },
    results: findings.map(({ id, severity, message, hint, side, places }) => ({
      ruleId: id,
      ruleIndex: ids.indexOf(id),
      level: severity,
      message: { text: sentence(`${message} (${side}: ${hint})`) },
      locations: [locationOf(places[side])],
      relatedLocations: [
        {
          ...locationOf(side === 'client' ? places.server : places.client),
          message: { text: side === 'client' ? 'The server.' : 'The client.' },
        },
      ],
    })),
  })
}

function locationOf({ file, path, line, column, offset, length }: MatchPlace): object {
  const region =
    line === undefined
      ? undefined
      : { startLine: line, startColumn: column, charOffset: offset, charLength: length }
  return {
    ...(region && { physicalLocation: { artifactLocation: { uri: uriOf(file) }, region } }),
    logicalLocations: [{ fullyQualifiedName: path === '' ? file : path }],
  }
}

interface Run {
  readonly version: string
  readonly rules: readonly object[]
  readonly invocation: object
  readonly results: readonly object[]
}

function logOf({ version, rules, invocation, results }: Run): object {
  return {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'vmess', version, semanticVersion: version, rules } },
        columnKind: 'utf16CodeUnits',
        invocations: [invocation],
        results,
      },
    ],
  }
}

function resultOf(finding: ShownFinding, ruleIndex: number): object {
  const { rule, severity, message, hint, path, file, line, column, offset, length, fix } = finding
  const artifactLocation = { uri: uriOf(file) }
  const region = { startLine: line, startColumn: column, charOffset: offset, charLength: length }
  return {
    ruleId: rule,
    ruleIndex,
    level: severity,
    message: { text: sentence(hint === undefined ? message : `${message} (${hint})`) },
    locations: [
      {
        physicalLocation: { artifactLocation, region },
        ...(path !== '' && { logicalLocations: [{ fullyQualifiedName: path }] }),
      },
    ],
    ...(fix !== undefined &&
      fix.length > 0 && {
        fixes: [
          {
            artifactChanges: [
              {
                artifactLocation,
                replacements: fix.map((edit) => ({
                  deletedRegion: { charOffset: edit.offset, charLength: edit.length },
                  insertedContent: { text: edit.text },
                })),
              },
            ],
          },
        ],
      }),
  }
}

function uriOf(file: string): string {
  return encodeURI(file.replaceAll('\\', '/'))
}

/** SARIF wants sentences. */
function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`
}
