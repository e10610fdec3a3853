/** An image's history as a builder recorded it, and the lines of the Dockerfile that made it. */
export interface HistoryCase {
  readonly title: string;
  readonly dockerfile: string;
  readonly target?: string;
  readonly baseEntries?: number;
  /**
   * Oldest first: what is recorded, and the one-based line that is expected, `base` for the base image's, `none`
   * for an entry of the image's own that no line can be given for.
   */
  readonly history: readonly (readonly [createdBy: string, line: number | 'base' | 'none'])[];
}

const hash = 'ba316c36b69c7c28f28419293fd9abddc907a01ba5f320d5fd1566b0e7074303';

export const historyCases: readonly HistoryCase[] = [
  {
    title: 'BuildKit records instructions with their keyword',
    dockerfile:
      'FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\nRUN pip install flask\nCMD ["python", "app.py"]\n',
    history: [
      ['/bin/sh -c #(nop) ADD file:0123456789abcdef0123 in / ', 'base'],
      ['CMD ["python3"]', 'base'],
      ['WORKDIR /app', 2],
      ['COPY . . # buildkit', 3],
      ['RUN /bin/sh -c pip install flask # buildkit', 4],
      ['CMD ["python" "app.py"]', 5],
    ],
  },
  {
    title: 'The classic builder records shell commands, and hashes in place of what is copied',
    dockerfile:
      'FROM debian\nENV A=1\nCOPY a b /app/\nADD x.tar /\nRUN apt-get update\nEXPOSE 80\nUSER app\n',
    history: [
      ['', 'base'],
      ['/bin/sh -c #(nop)  ENV A=1', 2],
      [`/bin/sh -c #(nop) COPY multi:${hash} in /app/ `, 3],
      [`/bin/sh -c #(nop) ADD file:${hash} in / `, 4],
      ['/bin/sh -c apt-get update', 5],
      ['/bin/sh -c #(nop)  EXPOSE 80', 6],
      ['/bin/sh -c #(nop)  USER app', 7],
    ],
  },
  {
    title: 'The classic builder glues the owner to the hash',
    dockerfile: 'FROM scratch\nCOPY --chown=1:1 d /srv/d\n',
    history: [[`/bin/sh -c #(nop) COPY --chown=1:1dir:${hash} in /srv/d `, 2]],
  },
  {
    title: 'Build arguments stand in front of a command',
    dockerfile: 'FROM debian\nARG VERSION=1\nARG NAME="a b"\nRUN make $VERSION\n',
    history: [
      ['', 'base'],
      ['ARG VERSION=1', 2],
      ['ARG NAME=a b', 3],
      ['RUN |2 VERSION=7 NAME=a b /bin/sh -c make $VERSION # buildkit', 4],
    ],
  },
  {
    title: 'Continuation lines are joined, and comments between them dropped',
    dockerfile:
      'FROM debian\nRUN apt-get update \\\n    # lists\n    && apt-get install -y \\\n\n      curl\nRUN true\n',
    history: [
      ['', 'base'],
      ['RUN /bin/sh -c apt-get update     && apt-get install -y       curl # buildkit', 2],
      ['RUN /bin/sh -c true # buildkit', 7],
    ],
  },
  {
    title: 'Windows line ends make no difference',
    dockerfile: 'FROM debian\r\nRUN a \\\r\n  && b\r\nRUN c\r\n',
    history: [
      ['', 'base'],
      ['/bin/sh -c a   && b', 2],
      ['/bin/sh -c c', 4],
    ],
  },
  {
    title: 'A heredoc is recorded by its body',
    dockerfile:
      'FROM debian\nRUN <<EOF\nset -e\necho one\nEOF\nRUN cat <<X > /x && echo done\ntext\nX\nRUN true\n',
    history: [
      ['', 'base'],
      ['RUN /bin/sh -c set -e\necho one\n # buildkit', 2],
      ['RUN /bin/sh -c cat <<X > /x && echo done\ntext\nX # buildkit', 6],
      ['RUN /bin/sh -c true # buildkit', 9],
    ],
  },
  {
    title: 'A heredoc with a program of its own is recorded as a file',
    dockerfile:
      'FROM debian\nRUN <<EOF\n#!/usr/bin/env python3\nprint(1)\nEOF\nCOPY <<A <<B /conf/\na\nA\nb\nB\n',
    history: [
      ['', 'base'],
      ['RUN /dev/pipes/EOF # buildkit', 2],
      ['COPY <<A <<B /conf/ # buildkit', 6],
    ],
  },
  {
    title: 'A COPY is recorded with its variables filled in',
    dockerfile:
      'ARG DIR=/srv\nFROM debian\nENV HOMEDIR=/home/app\nARG DIR\nCOPY $HOMEDIR/x $DIR/\nWORKDIR $HOMEDIR\n',
    history: [
      ['', 'base'],
      ['ENV HOMEDIR=/home/app', 3],
      ['ARG DIR=/srv', 4],
      ['COPY /home/app/x /opt/ # buildkit', 5],
      ['WORKDIR /home/app', 6],
    ],
  },
  {
    title: 'Exec form is recorded without its brackets',
    dockerfile: 'FROM debian\nRUN ["python", "-m", "x y"]\nENTRYPOINT ["tini", "--"]\nCMD echo hi\n',
    history: [
      ['', 'base'],
      ['RUN python -m x y # buildkit', 2],
      ['ENTRYPOINT ["tini" "--"]', 3],
      ['CMD ["/bin/sh" "-c" "echo hi"]', 4],
    ],
  },
  {
    title: 'A shell of its own stands in front of commands and of what the classic builder notes',
    dockerfile:
      'FROM debian\nSHELL ["/bin/bash", "-o", "pipefail", "-c"]\nRUN a | b\nLABEL k="v w"\nCMD run\n',
    history: [
      ['', 'base'],
      ['/bin/bash -o pipefail -c #(nop)  SHELL [/bin/bash -o pipefail -c]', 2],
      ['/bin/bash -o pipefail -c a | b', 3],
      ['/bin/bash -o pipefail -c #(nop)  LABEL k=v w', 4],
      ['/bin/bash -o pipefail -c #(nop)  CMD ["/bin/bash" "-o" "pipefail" "-c" "run"]', 5],
    ],
  },
  {
    title: 'Ports, volumes and health checks are recorded in the notation of Go',
    dockerfile:
      'FROM debian\nEXPOSE 8080 53/udp\nVOLUME /a /b\nHEALTHCHECK --interval=5s CMD curl -f "http://x" || exit 1\nHEALTHCHECK NONE\n',
    history: [
      ['', 'base'],
      ['EXPOSE map[53/udp:{} 8080/tcp:{}]', 2],
      ['VOLUME [/a /b]', 3],
      ['HEALTHCHECK &{["CMD-SHELL" "curl -f \\"http://x\\" || exit 1"] "5s" "0s" "0s" \'\\x00\'}', 4],
      ['HEALTHCHECK &{["NONE"] "0s" "0s" "0s" \'\\x00\'}', 5],
    ],
  },
  {
    title: 'Only the stages that the final one is built on are in the image',
    dockerfile:
      'FROM debian AS tools\nRUN make\nFROM debian AS common\nENV A=1\nFROM common\nCOPY --from=tools /x /x\nRUN make\n',
    history: [
      ['', 'base'],
      ['ENV A=1', 4],
      ['COPY /x /x # buildkit', 6],
      ['RUN /bin/sh -c make # buildkit', 7],
    ],
  },
  {
    title: 'The stage that was built may be another than the last',
    dockerfile: 'FROM debian AS tools\nRUN make\nFROM debian\nRUN make\n',
    target: 'tools',
    history: [
      ['', 'base'],
      ['RUN /bin/sh -c make # buildkit', 2],
    ],
  },
  {
    title: 'An ONBUILD of a stage is carried out in the one that is built on it',
    dockerfile: 'FROM debian AS one\nONBUILD RUN echo b\nFROM one\nRUN true\n',
    history: [
      ['', 'base'],
      ['RUN /bin/sh -c echo b # buildkit', 2],
      ['RUN /bin/sh -c true # buildkit', 4],
    ],
  },
  {
    title: 'Several equal instructions each have their own line',
    dockerfile: 'FROM debian\nRUN make\nRUN make\nUSER a\nRUN make\n',
    history: [
      ['RUN /bin/sh -c make # buildkit', 'base'],
      ['RUN /bin/sh -c make # buildkit', 2],
      ['RUN /bin/sh -c make # buildkit', 3],
      ['USER a', 4],
      ['RUN /bin/sh -c make # buildkit', 5],
    ],
  },
  {
    title: 'A command that ends like another one is not taken for it',
    dockerfile: 'FROM debian\nRUN install\nRUN clean && install\n',
    history: [
      ['RUN /bin/sh -c clean && install # buildkit', 'base'],
      ['RUN /bin/sh -c install # buildkit', 2],
      ['RUN /bin/sh -c clean && install # buildkit', 3],
    ],
  },
  {
    title: 'An instruction that has been changed since the build has no line, its neighbours have',
    dockerfile: 'FROM debian\nCOPY requirements.txt .\nRUN pip install flask gunicorn\nCOPY . .\n',
    history: [
      ['', 'base'],
      ['COPY requirements.txt . # buildkit', 2],
      ['RUN /bin/sh -c pip install flask # buildkit', 'none'],
      ['COPY . . # buildkit', 4],
    ],
  },
  {
    title: 'Lines move with instructions that were added since the build',
    dockerfile: 'FROM debian\nENV NEW=1\nRUN one\nRUN added\nRUN two\nRUN also-added\n',
    history: [
      ['', 'base'],
      ['RUN /bin/sh -c one # buildkit', 3],
      ['RUN /bin/sh -c two # buildkit', 5],
    ],
  },
  {
    title: 'Where an equal instruction was added, nobody knows which of the two made the layer',
    dockerfile: 'FROM debian\nRUN make\nRUN make\nRUN new\nRUN last\n',
    history: [
      ['', 'base'],
      ['RUN /bin/sh -c make # buildkit', 'none'],
      ['RUN /bin/sh -c last # buildkit', 5],
    ],
    baseEntries: 1,
  },
  {
    title: 'A command of the base image is not taken for one that was added to the file since the build',
    dockerfile: 'FROM python\nRUN one\nRUN changed\nCMD ["python3"]\n',
    history: [
      ['CMD ["python3"]', 'base'],
      ['RUN /bin/sh -c one # buildkit', 2],
      ['RUN /bin/sh -c before # buildkit', 'none'],
    ],
  },
  {
    title: 'A Dockerfile of another image gives no lines',
    dockerfile: 'FROM node\nRUN npm ci\nCMD ["python3"]\n',
    history: [
      ['', 'none'],
      ['RUN /bin/sh -c pip install x # buildkit', 'none'],
      ['CMD ["python3"]', 'none'],
    ],
  },
  {
    title: 'Where the base image is known, what comes after it is the file’s even if it has changed',
    dockerfile: 'FROM debian\nENV A=2\nRUN new\n',
    baseEntries: 1,
    history: [
      ['', 'base'],
      ['ENV A=1', 'none'],
      ['RUN /bin/sh -c old # buildkit', 'none'],
    ],
  },
  {
    title: 'An image from scratch has no base image',
    dockerfile: 'FROM scratch\nCOPY app /\nCOPY changed /x\n',
    history: [
      ['COPY app / # buildkit', 2],
      ['COPY old /x # buildkit', 'none'],
    ],
  },
  {
    title: 'A file without instructions after FROM makes nothing of its own',
    dockerfile: 'FROM debian\n',
    history: [['RUN /bin/sh -c make # buildkit', 'base']],
  },
  {
    title: 'Buildah writes as the classic builder does, its build arguments in front',
    dockerfile: 'FROM debian\nARG V=1\nRUN make\nCOPY . /app\n',
    history: [
      ['', 'base'],
      ['/bin/sh -c #(nop) ARG V=1', 2],
      ['|1 V=1 /bin/sh -c make', 3],
      [`/bin/sh -c #(nop) COPY dir:${hash} in /app `, 4],
    ],
  },
  {
    title: 'BuildKit 0.33 and later records a health check by the names of its parts',
    dockerfile:
      'FROM debian\nENV A=1\nWORKDIR /app\nRUN make\nENV B=2\nHEALTHCHECK --interval=5s CMD cat "/x" || exit 1\nHEALTHCHECK CMD ["curl", "-f", "http://[::1]/a b"]\nHEALTHCHECK NONE\nCMD ["x"]\n',
    history: [
      ['', 'base'],
      ['ENV A=1', 2],
      ['WORKDIR /app', 3],
      ['RUN /bin/sh -c make # buildkit', 4],
      ['ENV B=2', 5],
      [
        'HEALTHCHECK {Test:[CMD-SHELL cat "/x" || exit 1] Interval:5s Timeout:0s StartPeriod:0s StartInterval:0s Retries:0}',
        6,
      ],
      [
        'HEALTHCHECK {Test:[CMD curl -f http://[::1]/a b] Interval:0s Timeout:0s StartPeriod:0s StartInterval:0s Retries:0}',
        7,
      ],
      ['HEALTHCHECK {Test:[NONE] Interval:0s Timeout:0s StartPeriod:0s StartInterval:0s Retries:0}', 8],
      ['CMD ["x"]', 9],
    ],
  },
  {
    title: 'A health check in a notation that no builder has today takes no line from what stands above it',
    dockerfile: 'FROM debian\nENV A=1\nHEALTHCHECK CMD cat /x\nCMD ["x"]\n',
    history: [
      ['', 'base'],
      ['ENV A=1', 2],
      ['HEALTHCHECK {"test": ["CMD-SHELL", "cat /x"], "interval": 5}', 3],
      ['CMD ["x"]', 4],
    ],
  },
  {
    title: 'Another health check is not the one that is written',
    dockerfile: 'FROM debian\nRUN make\nHEALTHCHECK CMD cat /x\n',
    history: [
      ['RUN /bin/sh -c make # buildkit', 2],
      [
        'HEALTHCHECK {Test:[CMD-SHELL cat /y] Interval:5s Timeout:0s StartPeriod:0s StartInterval:0s Retries:0}',
        'none',
      ],
    ],
  },
  {
    title: 'Buildah records commands as they are written, whatever SHELL says',
    // Podman 4.3.1.
    dockerfile: [
      'FROM shell',
      'ARG VERSION=1',
      'ENV A=1 TEXT="two words"',
      'WORKDIR /app',
      'RUN ["sh","-c","echo x > /y"]',
      'RUN ["/bin/sh", "-c", "echo \'q\' \\"z\\" > /z"]',
      'RUN --mount=type=cache,target=/c echo one \\',
      '   && echo two > /t',
      'SHELL ["/bin/bash", "-o", "pipefail", "-c"]',
      'RUN echo "x   y" | cat',
      'COPY --chown=1:1 a.txt /srv/',
      'ADD a.txt /added/',
      'LABEL a=b c="d e"',
      'EXPOSE 8080 9000/udp',
      'HEALTHCHECK --interval=5s CMD cat /y || exit 1',
      'USER 1:1',
      'ENTRYPOINT ["/bin/sh", "-c"]',
      'CMD echo "hi" there',
    ].join('\n'),
    history: [
      [`/bin/sh -c #(nop) ADD file:${hash} in /`, 'base'],
      ['/bin/sh -c #(nop) ARG VERSION', 2],
      ['/bin/sh -c #(nop) ENV A=1 TEXT="two words"', 3],
      ['/bin/sh -c #(nop) WORKDIR /app', 4],
      ['|1 VERSION=1 /bin/sh -c ["sh","-c","echo x > /y"]', 5],
      ['|1 VERSION=1 /bin/sh -c ["/bin/sh", "-c", "echo \'q\' \\"z\\" > /z"]', 6],
      ['|1 VERSION=1 /bin/sh -c --mount=type=cache,target=/c echo one    && echo two > /t', 7],
      ['/bin/sh -c #(nop) SHELL ["/bin/bash", "-o", "pipefail", "-c"]', 9],
      ['|1 VERSION=1 /bin/sh -c echo "x   y" | cat', 10],
      [`/bin/sh -c #(nop) COPY file:${hash} in /srv/ `, 11],
      [`/bin/sh -c #(nop) ADD file:${hash} in /added/ `, 12],
      ['/bin/sh -c #(nop) LABEL a=b c="d e"', 13],
      ['/bin/sh -c #(nop) EXPOSE 8080 9000/udp', 14],
      ['/bin/sh -c #(nop) HEALTHCHECK --interval=5s CMD cat /y || exit 1', 15],
      ['/bin/sh -c #(nop) USER 1:1', 16],
      ['/bin/sh -c #(nop) ENTRYPOINT ["/bin/sh", "-c"]', 17],
      ['/bin/sh -c #(nop) CMD echo "hi" there', 18],
    ],
  },
  {
    title: 'PowerShell is a shell too',
    dockerfile:
      'FROM mcr.microsoft.com/windows/servercore\nSHELL ["powershell", "-Command", "$ErrorActionPreference = \'Stop\';"]\nRUN Get-Item x\n',
    history: [
      ['', 'base'],
      [
        "powershell -Command $ErrorActionPreference = 'Stop'; #(nop)  SHELL [powershell -Command $ErrorActionPreference = 'Stop';]",
        2,
      ],
      ["powershell -Command $ErrorActionPreference = 'Stop'; Get-Item x", 3],
    ],
  },
];
