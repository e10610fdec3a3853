/** A Dockerfile as people write them, of at least so many lines, its last stage whole: stages with comments, long RUNs and copies. */
export function dockerfileOf(lines: number): string {
  const stages: string[] = [];
  for (let stage = 0; stages.join('\n').split('\n').length < lines; stage++) {
    stages.push(`# stage ${stage}
FROM python:3.12-slim AS stage${stage}
WORKDIR /app
ENV PYTHONUNBUFFERED=1 \\
    STAGE=${stage}
RUN apt-get update && \\
    apt-get install -y --no-install-recommends \\
      # what the build needs
      build-essential libpq-dev curl && \\
    if [ "$STAGE" = "1" ]; then echo "first"; fi && \\
    rm -rf /var/lib/apt/lists/*
COPY requirements${stage}.txt ./
RUN pip install -r requirements${stage}.txt
COPY . .
RUN for f in scripts/*.sh; do sh "$f" ${stage}; done
EXPOSE ${8000 + stage}
HEALTHCHECK --interval=30s CMD curl -f http://localhost:${8000 + stage}/health || exit 1
CMD ["python", "-m", "app${stage}"]
`);
  }
  return stages.join('\n');
}
