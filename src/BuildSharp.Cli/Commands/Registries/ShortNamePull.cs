using System.Globalization;
using BuildSharp.Oci;
using BuildSharp.Registry.Configuration;

namespace BuildSharp.Cli.Commands.Registries;

/// <summary>Pulls an image by a short name: from the registry of its alias, of the user's choice, or from the first search registry that
/// has it (containers-registries.conf(5)).</summary>
internal static class ShortNamePull
{
    /// <summary>Tries the candidates in order.</summary>
    /// <param name="call">The command line.</param>
    /// <param name="name">A name without a domain.</param>
    /// <param name="pull">Pulls a full name.</param>
    /// <param name="cancellation">Stops waiting for the user's choice.</param>
    /// <exception cref="BuildSharpException">There is no candidate, none can be pulled, or a choice is needed without a terminal.</exception>
    public static async Task<T> RunAsync<T>(Invocation call, Reference name, Func<Reference, Task<T>> pull, CancellationToken cancellation)
    {
        var aliases = RegistryConfiguration.Aliases(call);
        var names = new ShortNames(RegistryConfiguration.Read(call), aliases.Read());
        var resolution = names.Resolve(name);
        var candidates = resolution.Candidates;
        var isChosen = resolution.IsChoice && TerminalQuestion.IsPossible(call);
        if (isChosen)
        {
            // Another stage of a build may have asked for the same name.
            candidates =
            [
                await TerminalQuestion.AloneAsync(
                    async () => call.ChosenNames.GetValueOrDefault(name.ToString())
                        ?? (call.ChosenNames[name.ToString()] = await ChooseAsync(call, candidates, cancellation).ConfigureAwait(false)),
                    cancellation).ConfigureAwait(false),
            ];
        }
        else if (names.ProblemWithoutTerminal(name, candidates) is { } problem)
        {
            throw problem;
        }

        var isQuiet = call.Flags.Has("quiet") && call.Flags.Bool("quiet");
        Say(call, isQuiet, resolution.Origin);
        var failures = new List<BuildSharpException>();
        foreach (var candidate in candidates)
        {
            Say(call, isQuiet, $"Trying to pull {candidate.WithDefaultTag()}...");
            try
            {
                var pulled = await pull(candidate).ConfigureAwait(false);
                if (isChosen)
                {
                    aliases.Remember(name.Path, candidate);
                }

                return pulled;
            }
            catch (BuildSharpException failure) when (candidates.Count > 1)
            {
                failures.Add(failure);
            }
        }

        throw new BuildSharpException(
            $"{failures.Count} errors occurred while pulling:{string.Concat(failures.Select(failure => $"\n * {failure.Message}"))}", failures[^1]);
    }

    private static void Say(Invocation call, bool isQuiet, string line)
    {
        if (!isQuiet)
        {
            call.Error.WriteLine(line);
        }
    }

    private static async Task<Reference> ChooseAsync(Invocation call, IReadOnlyList<Reference> candidates, CancellationToken cancellation)
    {
        foreach (var (index, candidate) in candidates.Index())
        {
            call.Out.WriteLine($"{index + 1}. {candidate.WithDefaultTag()}");
        }

        while (true)
        {
            var answer = await TerminalQuestion.AskAsync(call, $"Please select an image (1-{candidates.Count}): ", isSecret: false, cancellation).ConfigureAwait(false);
            if (int.TryParse(answer.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= candidates.Count)
            {
                return candidates[number - 1];
            }
        }
    }
}
