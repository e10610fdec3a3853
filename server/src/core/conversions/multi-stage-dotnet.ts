import { dockerfileConversion } from '../rule';
import { DOTNET } from '../stages/dotnet';
import { stageOffers } from '../stages/ecosystem';

export const multiStageDotnet = dockerfileConversion({
  meta: {
    id: 'multi-stage-dotnet',
    title: 'Publish the .NET program in a stage of its own',
    since: '0.2.0',
    summary:
      'The SDK and all packages that it downloads stay in a builder stage; what ships is the published folder on the runtime of the same release',
    safety: 'unsafe',
    why: `The SDK of .NET is some 800 MB: compilers, build engine, templates, PowerShell. What \`dotnet publish\` made needs
the runtime alone. All steps up to it stay as they are, in a stage called \`builder\`; the stage that ships copies the
published folder to the same path, onto \`dotnet/aspnet\` where a project is one for the web or takes a package that may ask
for ASP.NET Core, else onto \`dotnet/runtime\`, of the same release on the same system.

A web server looks for \`appsettings.json\` and \`wwwroot\` in its working folder. Where that is not the published folder,
what the project copies there that is no source stays too.

It declines, and says which line, where the container starts anything but \`dotnet NAME.dll\` in the published folder,
where a step before the build may serve the running container, and on Alpine, where the runtime knows no cultures. Look in
the preview for an address that the server listens on without being told: the SDK's image leaves that at
\`localhost:5000\`, the one of ASP.NET Core at port 8080 (80 before .NET 8).`,
    sources: [
      'https://learn.microsoft.com/dotnet/core/docker/build-container',
      'https://github.com/dotnet/dotnet-docker/blob/main/documentation/image-variants.md',
      'https://docs.docker.com/guides/dotnet/containerize/',
    ],
  },
  examples: [
    {
      before: `FROM mcr.microsoft.com/dotnet/sdk:8.0
WORKDIR /src
COPY shop.csproj ./
RUN dotnet restore
COPY . .
RUN dotnet publish -c Release -o /app

WORKDIR /app
ENV ASPNETCORE_HTTP_PORTS=5000
EXPOSE 5000
# the shop
ENTRYPOINT ["dotnet", "shop.dll"]
`,
      files: {
        'shop.csproj': '<Project Sdk="Microsoft.NET.Sdk.Web"></Project>\n',
        'Program.cs': '\n',
        'appsettings.json': '{}\n',
      },
      after: {
        Dockerfile: `FROM mcr.microsoft.com/dotnet/sdk:8.0 AS builder
WORKDIR /src
COPY shop.csproj ./
RUN dotnet restore
COPY . .
RUN dotnet publish -c Release -o /app

FROM mcr.microsoft.com/dotnet/aspnet:8.0
WORKDIR /src
COPY --from=builder /app /app

WORKDIR /app
ENV ASPNETCORE_HTTP_PORTS=5000
EXPOSE 5000
# the shop
ENTRYPOINT ["dotnet", "shop.dll"]
`,
      },
    },
    {
      title: 'The container compiles when it starts',
      before: `FROM mcr.microsoft.com/dotnet/sdk:8.0
WORKDIR /src
COPY . .
CMD ["dotnet", "run"]
`,
      declined: 'line 1 begins a stage with no step that is known to build with dotnet publish',
    },
  ],
  offers: stageOffers(DOTNET),
});
