using System.Text;
using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests;

/// <summary>What goes wrong in an ONBUILD instruction of a base: the user wrote none of it, and has only a FROM line to look at.</summary>
public class TriggerMistakesTests
{
    private static readonly string[][] Bases =
    [
        ["ENV A=b", "COPY app.js /srv/"],
        ["RUN echo from the trigger; exit 3"],
        ["COPPY a b", "COPY --form=x a b"],
        ["COPY --from=tools /bin/tool /bin/"],
    ];

    [RequiresFact(Needs.Root | Needs.Overlay | Needs.Binary, "runc", "busybox")]
    public async Task A_trigger_that_fails_is_told_at_the_FROM_line_with_its_image()
    {
        using var sandbox = new Sandbox();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        sandbox.Write("context/Dockerfile", "# the user's own file\nFROM triggers AS app\nRUN true\n");
        var page = new StringBuilder();
        foreach (var triggers in Bases)
        {
            var container = await sandbox.BuildSharp.ReadAsync("from", "base");
            await sandbox.BuildSharp.RunAsync(["config", .. triggers.SelectMany(trigger => new[] { "--onbuild", trigger }), container]);
            await sandbox.BuildSharp.RunAsync("commit", "-q", "--rm", "--format", "docker", container, "triggers");
            foreach (var words in new string[][] { ["bud", "-q", "--pull-never", "context"], ["from", "-q", "--pull-never", "triggers"] })
            {
                var said = await sandbox.BuildSharp.ExecuteAsync(words);
                page.Append(System.Globalization.CultureInfo.InvariantCulture, $"{words[0]} on {string.Join("; ", triggers)} (exit code {said.ExitCode})\n{said.Output}{said.Error}\n");
            }
        }
        Snapshot.Match(page.ToString(), sandbox.Scrubber);
    }
}
