using System.Globalization;
using System.Text;
using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests;

/// <summary>Twenty mistakes that people make, each with everything that is said about it. The approved file is the page to read.</summary>
public class MistakesTests
{
    private static readonly (string Mistake, string Dockerfile, string[] Flags)[] Mistakes =
    [
        ("An instruction is misspelt", "FROM base\nCOPPY app /app", []),
        ("A flag is misspelt", "FROM base AS build\nFROM base\nCOPY --form=build /app /app", []),
        ("A continuation is forgotten", "FROM base\nRUN apt-get update &&\n    apt-get install -y curl", []),
        ("There is no FROM", "RUN echo hello", []),
        ("An ARG from above the first FROM is used in a stage", "ARG VERSION=1.2\nFROM base\nENV APP_VERSION=$VERSION", ["--check"]),
        ("An ARG from a stage is used in FROM", "FROM base\nARG TAG=3\nFROM base:$TAG", []),
        ("A stage is misspelt", "FROM base AS builder\nFROM base\nCOPY --from=bulider /bin /out", []),
        ("A stage comes too late", "FROM base AS app\nCOPY --from=tools /bin /opt\nFROM base AS tools\nFROM app", []),
        ("The target is misspelt", "FROM base AS production", ["--target", "prodution"]),
        ("A comma is missing in the JSON form", "FROM base\nCMD [\"echo\" \"hello\"]", []),
        ("A word processor made the quotes", "FROM base\nENTRYPOINT [“/app”, “--serve”]", []),
        ("A heredoc is never ended", "FROM base\nRUN <<EOF\n  echo hello\n  EOF", []),
        ("A quote is never closed", "FROM base\nENV GREETING=\"hello NAME=you\nLABEL done=yes", []),
        ("Blanks stand around the equals sign", "FROM base\nENV COLOR = blue", []),
        ("A port is none, and a signal, and a duration", "FROM base\nEXPOSE 8O80\nSTOPSIGNAL SIGTREM\nHEALTHCHECK --interval=30 CMD true", []),
        ("The source is outside the context", "FROM base\nCOPY ../shared /shared", []),
        ("The source is ignored", "FROM base\nCOPY dist/app.js /srv/", []),
        ("The source is spelt in another case", "FROM base\nCOPY readme.md /", []),
        ("The source is somewhere else in the context", "FROM base\nCOPY entrypoint.sh /", []),
        ("The owner is not in the image", "FROM base\nCOPY --chown=www-data README.md /", []),
    ];

    [RequiresFact(Needs.Root | Needs.Overlay | Needs.Binary, "runc", "busybox")]
    public async Task Twenty_mistakes_and_what_is_said_about_each()
    {
        using var sandbox = new Sandbox();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        foreach (var file in new[] { "README.md", "dist/app.js", "docker/entrypoint.sh" })
        {
            sandbox.Write(file, "");
        }

        sandbox.Write(".dockerignore", "*.log\n# made by the build\ndist\n");
        var page = new StringBuilder();
        Assert.Equal(20, Mistakes.Length);
        foreach ((var mistake, var dockerfile, var flags) in Mistakes)
        {
            sandbox.Write("Dockerfile", dockerfile + "\n");
            var said = await sandbox.BuildSharp.ExecuteAsync(["bud", "-q", "--pull-never", "--iidfile", sandbox["id"], .. flags, "."]);
            page.Append(CultureInfo.InvariantCulture, $"{mistake} (exit code {said.ExitCode})\n{said.Output}{said.Error}\n");
        }
        Snapshot.Match(page.ToString(), sandbox.Scrubber);
    }
}
