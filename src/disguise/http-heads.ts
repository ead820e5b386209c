/** The heads of HTTP that V2Ray makes up when a file names none (protocol §9.2). */

/** Values to choose from at random, by header name. */
type Choices = Readonly<Record<string, readonly string[]>>

interface HttpHeads {
  readonly request: {
    readonly version: string
    readonly method: string
    readonly paths: readonly string[]
    readonly headers: Choices
  }
  readonly response: {
    readonly version: string
    readonly status: string
    readonly reason: string
    readonly headers: Choices
  }
}

/** The same in V2Ray 4, V2Ray 5 and Xray, but for the browsers that newer ones claim to be. */
export const V2RAY_HTTP_HEADS: HttpHeads = {
  request: {
    version: '1.1',
    method: 'GET',
    paths: ['/'],
    headers: {
      Host: ['www.baidu.com', 'www.bing.com'],
      'User-Agent': [
        'Mozilla/5.0 (Windows NT 10.0; WOW64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/53.0.2785.143 Safari/537.36',
        'Mozilla/5.0 (iPhone; CPU iPhone OS 10_0_2 like Mac OS X) AppleWebKit/601.1 (KHTML, like Gecko) CriOS/53.0.2785.109 Mobile/14A456 Safari/601.1.46',
      ],
      'Accept-Encoding': ['gzip, deflate'],
      Connection: ['keep-alive'],
      Pragma: ['no-cache'],
    },
  },
  response: {
    version: '1.1',
    status: '200',
    reason: 'OK',
    headers: {
      'Content-Type': ['application/octet-stream', 'video/mpeg'],
      'Transfer-Encoding': ['chunked'],
      Connection: ['keep-alive'],
      Pragma: ['no-cache'],
      'Cache-Control': ['private', 'no-cache'],
    },
  },
}
