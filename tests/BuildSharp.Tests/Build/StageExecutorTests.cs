using BuildSharp.Build;
using BuildSharp.Containers.Fetching;
using BuildSharp.Dockerfiles;
using BuildSharp.Dockerfiles.Diagnostics;
using BuildSharp.Dockerfiles.Instructions;
using BuildSharp.Oci;
using BuildSharp.Testing;

namespace BuildSharp.Tests.Build;

/// <summary>Which operations of a working container each instruction becomes, without a store: the Dockerfiles run in containers that only
/// log. An instruction that is refused is left out, and the rest runs.</summary>
public sealed class StageExecutorTests : IDisposable
{
    private static readonly string Own = Path.Combine(Checkout.Root, "grammar", "cases");

    private readonly TemporaryDirectory _temporary = new();

    public static TheoryData<string> OwnCases =>
    [
        .. Directory.EnumerateDirectories(Own).Where(path => Read(Path.Combine(path, "Dockerfile")).Stages.Any(stage => stage.Instructions.Count > 0))
            .Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal),
    ];

    public static TheoryData<string> SharedFiles => SharedCases.Locate("dockerfile") is { } folder
        ? [.. new[] { "build", "lint", "parser" }
            .SelectMany(kind => Directory.EnumerateFiles(Path.Combine(folder, kind), "*ockerfile*", SearchOption.AllDirectories))
            .Where(path => !path.EndsWith("ignore", StringComparison.Ordinal))
            .Select(path => Path.GetRelativePath(folder, path)).Order(StringComparer.Ordinal)]
        : [];

    public void Dispose() => _temporary.Dispose();

    [Theory]
    [MemberData(nameof(OwnCases))]
    public async Task A_stage_calls(string name)
    {
        var (store, refused) = await ExecuteAsync(Path.Combine(Own, name, "Dockerfile"), layers: false);
        Snapshot.Match(string.Concat(refused.Select(line => $"refused {line}\n")) + store.Transcript, variant: name);
    }

    [RequiresTheory(Needs.None, Cases = "dockerfile")]
    [MemberData(nameof(SharedFiles))]
    public async Task An_instruction_becomes_the_operation_of_its_kind(string file)
    {
        var path = SharedCases.Locate($"dockerfile/{file}")!;
        foreach (var layers in new[] { false, true })
        {
            var (store, _) = await ExecuteAsync(path, layers);
            foreach (var step in Steps(store.Calls).Where(step => Keyword(step) != "FROM"))
            {
                Assert.Equal(Expected(Keyword(step)), step.Select(call => call.Kind).Where(kind => kind is "run" or "add" or "resolve" or "mkdir").Distinct());
                if (Keyword(step) is "RUN" or "COPY" or "ADD" or "ARG")
                {
                    Assert.DoesNotContain(step, call => call.Kind == "configure" && !IsOfNextContainer(step, call));
                }

                if (layers)
                {
                    Assert.Single(step, call => call.Kind == "commit");
                }
            }
        }
    }

    // Without the instructions that break a rule of the grammar.
    private static Dockerfile Read(string path) => DockerfileParser.Read([SourceText.FromBytes(File.ReadAllBytes(path), "Dockerfile")]);

    private static IEnumerable<string> Expected(string keyword) => keyword switch
    {
        "RUN" => ["run"],
        "COPY" or "ADD" => ["add"],
        "VOLUME" => ["resolve"],
        "WORKDIR" => ["mkdir"],
        _ => [],
    };

    private static string Keyword(IReadOnlyList<LoggedCall> step) => step[0].Step.Split(' ', '\t')[0].ToUpperInvariant();

    // After a commit the stage continues in another container, which gets the config of the one before.
    private static bool IsOfNextContainer(IReadOnlyList<LoggedCall> step, LoggedCall call) =>
        step.TakeWhile(other => !ReferenceEquals(other, call)).Any(other => other.Kind == "create");

    private static IEnumerable<IReadOnlyList<LoggedCall>> Steps(IReadOnlyList<LoggedCall> calls)
    {
        int[] starts = [.. Enumerable.Range(0, calls.Count).Where(index => calls[index].Kind == "step"), calls.Count];
        return starts.Zip(starts.Skip(1), (start, end) => calls.Skip(start).Take(end - start).ToList());
    }

    /// <summary>Builds all stages of a file, again and again without the instructions that were refused.</summary>
    private async Task<(LoggingBuildStore Store, IReadOnlyList<string> Refused)> ExecuteAsync(string path, bool layers)
    {
        var dockerfile = Without(Read(path), IsRemote);
        var refused = new List<string>();
        while (true)
        {
            var store = new LoggingBuildStore();
            try
            {
                await ExecuteAsync(dockerfile, store, layers);
                return (store, refused);
            }
            catch (BuildSharpException error)
            {
                var places = error is DockerfileException mistake ? mistake.Diagnostics.Select(finding => finding.Span.Start.Line).ToList() : [];
                refused.Add(error.Message);
                var rest = Without(dockerfile, instruction => places.Any(line => instruction.Span.Start.Line <= line && line <= instruction.Span.End.Line));
                if (rest.Stages.Sum(stage => stage.Instructions.Count) == dockerfile.Stages.Sum(stage => stage.Instructions.Count))
                {
                    return (store, refused);
                }

                dockerfile = rest;
            }
        }
    }

    private async Task ExecuteAsync(Dockerfile dockerfile, LoggingBuildStore store, bool layers)
    {
        var request = new BuildRequest
        {
            Dockerfiles = dockerfile.Sources,
            Context = new BuildContext("/context"),
            Platform = new Platform { Os = "linux", Architecture = "amd64" },
            SourceDateEpoch = Timestamp.From(DateTimeOffset.UnixEpoch),
            SkipUnusedStages = false,
            Layers = layers,
        };
        using var fetcher = new Fetcher(new FetchOptions { TemporaryDirectory = _temporary.Path });
        var plan = BuildPlan.Create(dockerfile, request);
        using var jobs = new JobLimit(1);
        using var session = new BuildSession(store, store, TimeProvider.System, fetcher, request, plan, jobs, store);
        foreach (var index in plan.Needed)
        {
            await session.StageAsync(index, CancellationToken.None);
        }
    }

    // Needs a network.
    private static bool IsRemote(Instruction instruction) =>
        instruction is AddInstruction add && add.Sources.OfType<PathSource>().Any(source => RemoteSource.IsRemote(source.Path));

    private static Dockerfile Without(Dockerfile dockerfile, Predicate<Instruction> isLeftOut) => dockerfile with
    {
        Stages = [.. dockerfile.Stages.Select(stage => stage with { Instructions = [.. stage.Instructions.Where(instruction => !isLeftOut(instruction))] })],
    };
}
