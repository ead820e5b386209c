import type { FaultTable } from '../entry.js'

export const PICTURE_FAULTS = {
  PICTURE_KIND: {
    what: 'not a picture that is read',
    blame: 'caller',
    cause: 'Read are PNG and JPEG, by their content, whatever the name of the file.',
    hint: 'save it as PNG or JPEG',
  },
  PICTURE_SIZE: {
    what: 'the picture is too large',
    blame: 'caller',
    cause: 'A small file can stand for a picture that no memory holds, so its size is looked at first.',
    hint: 'cut out the part with the code',
  },
  PICTURE_DAMAGED: {
    what: 'the picture cannot be read',
    blame: 'caller',
    cause: 'The file is cut short, or was changed on its way.',
    hint: 'save or send it again',
  },
  PICTURE_NO_CODE: {
    what: 'no QR code was found in the picture',
    blame: 'caller',
    cause: 'There is none, or it is cut off, blurred, or too small: a module needs two pixels at least.',
    hint: 'cut out the part with the code, or take the picture again, larger',
  },
} as const satisfies FaultTable
