// accepted
import { Command } from '@oclif/core'
import type { Served } from '../operations/serve.js'

export abstract class Base extends Command {
  abstract readonly served: Served
}
