import { dockerfileConversion } from '../rule';
import { stageOffers } from '../stages/ecosystem';
import { JAVA } from '../stages/java';

export const multiStageJava = dockerfileConversion({
  meta: {
    id: 'multi-stage-java',
    title: 'Build the Java program in a stage of its own',
    since: '0.2.0',
    summary:
      'Maven or Gradle, the compiler and all that they download stay in a builder stage; what ships is the jar on the runtime of the same Java release',
    safety: 'unsafe',
    why: `A jar needs a Java runtime and nothing else, yet an image that builds it ships the compiler, Maven or Gradle, and
every dependency a second time in \`~/.m2\`. All steps up to the build stay as they are, in a stage called \`builder\`;
the stage that ships is \`eclipse-temurin:NN-jre\`, of the same release and on the same system, with the jar at the path
that the container starts and whatever the project copies that is no source.

Where Spring Boot's plugin, the shade plugin or Shadow packs everything into one jar, that jar is all that is copied; else
the folder that it was built in, for its manifest may name others beside it.

It declines, and says which line, where the container starts anything but \`java -jar\`, where java is given an agent or a
class path, where a step before the build may serve the running container, and where the image is not built on Eclipse
Temurin. Look in the preview for files that the program opens under \`src/main/resources\`, and for programs of the JDK
that it calls while it runs.`,
    sources: [
      'https://docs.docker.com/guides/java/containerize/',
      'https://hub.docker.com/_/eclipse-temurin',
      'https://docs.spring.io/spring-boot/reference/packaging/container-images/dockerfiles.html',
    ],
  },
  examples: [
    {
      before: `FROM maven:3.9-eclipse-temurin-21
WORKDIR /app
COPY pom.xml ./
RUN mvn -B dependency:go-offline
COPY src src
# tests run elsewhere
RUN mvn -B package -DskipTests
EXPOSE 8080
ENTRYPOINT ["java", "-XX:MaxRAMPercentage=75", "-jar", "target/shop-1.0.jar"]
`,
      files: {
        'pom.xml':
          '<project><build><plugins><plugin><artifactId>spring-boot-maven-plugin</artifactId></plugin></plugins></build></project>\n',
        'src/main/java/Shop.java': 'class Shop {}\n',
      },
      after: {
        Dockerfile: `FROM maven:3.9-eclipse-temurin-21 AS builder
WORKDIR /app
COPY pom.xml ./
RUN mvn -B dependency:go-offline
COPY src src
# tests run elsewhere
RUN mvn -B package -DskipTests

FROM eclipse-temurin:21-jre
WORKDIR /app
COPY --from=builder /app/target/shop-1.0.jar /app/target/shop-1.0.jar
EXPOSE 8080
ENTRYPOINT ["java", "-XX:MaxRAMPercentage=75", "-jar", "target/shop-1.0.jar"]
`,
      },
    },
    {
      title: 'The container builds when it starts',
      before: `FROM maven:3.9-eclipse-temurin-21
WORKDIR /app
COPY . .
RUN mvn -B package
CMD ["mvn", "spring-boot:run"]
`,
      declined: 'line 5 calls mvn, which the smaller image may lack',
    },
  ],
  offers: stageOffers(JAVA),
});
