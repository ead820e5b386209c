// accepted
import { Base } from '../cli/base.js'
import { serve } from '../operations/serve.js'

export default class Serve extends Base {
  readonly served = serve()

  async run(): Promise<void> {
    this.log(String(await Promise.resolve(this.served)))
  }
}
