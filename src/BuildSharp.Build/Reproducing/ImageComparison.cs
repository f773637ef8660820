using System.Globalization;
using BuildSharp.Notation;
using BuildSharp.Oci;
using BuildSharp.Oci.Comparing;
using BuildSharp.Storage;

namespace BuildSharp.Build.Reproducing;

/// <summary>Tells in which fields of manifest and config and in which files of which layer two images differ. Bounded: of a layer with many
/// differences the first are listed, and the others counted.</summary>
/// <param name="store">Has both images.</param>
/// <param name="request">The build that made them; the advice depends on its flags.</param>
internal sealed class ImageComparison(Store store, BuildRequest request)
{
    private const int MostListed = 50;
    private const int LongestValue = 100;
    private const int LongestInstruction = 70;

    private readonly List<string> _lines = [];
    private bool _hasTimes;
    private bool _hasFileTimes;

    /// <summary>The differences of two images that are not the same, one line each; at least one.</summary>
    /// <exception cref="BuildSharpException">A layer is damaged or was removed meanwhile.</exception>
    public IReadOnlyList<string> Lines(ComparedImage first, ComparedImage second)
    {
        var instructions = request.Layers ? first.Instructions() : [];
        // What follows from the config and the layers is told there.
        AddFields("manifest", JsonComparison.Of(first.ManifestJson(), second.ManifestJson()).Where(field => !IsPartOf(field, "config") && !IsPartOf(field, "layers")), []);
        AddFields("config", JsonComparison.Of(first.ConfigJson(), second.ConfigJson()).Where(field => !IsPartOf(field, "rootfs")), History(first));
        for (var index = 0; index < Math.Max(first.Layers.Count, second.Layers.Count); index++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"layer {index + 1}/{first.Layers.Count}")
                + (index < instructions.Count ? $", {Shown(instructions[index], LongestInstruction)}" : "");
            if (index >= first.Layers.Count || index >= second.Layers.Count)
            {
                _lines.Add($"{name}: {new Difference(index < first.Layers.Count ? Aspect.OnlyInFirst : Aspect.OnlyInSecond)}");
            }
            else if (first.Layers[index].DiffId != second.Layers[index].DiffId)
            {
                _lines.Add($"{name}:");
                using var before = store.Layers.OpenTar(first.Layers[index].Id);
                using var now = store.Layers.OpenTar(second.Layers[index].Id);
                AddFiles(LayerComparison.Of(before.Content, now.Content));
            }
        }

        if (_lines.Count == 0)
        {
            _lines.Add("manifest or config: the same values, written differently");
        }

        _lines.AddRange(Advice());
        return _lines;
    }

    private void AddFields(string document, IEnumerable<FieldDifference> fields, IReadOnlyList<string> history)
    {
        var count = 0;
        foreach (var field in fields)
        {
            _hasTimes |= field.Path.EndsWith("created", StringComparison.Ordinal);
            if (++count > MostListed)
            {
                continue;
            }

            var path = Shown(field.Path, LongestValue);
            var entry = history.Index().FirstOrDefault(entry => path.StartsWith($"history[{entry.Index}].", StringComparison.Ordinal)).Item;
            _lines.Add($"{document}: {path}{(entry is null ? "" : $" ({entry})")}: {Masked(field)}");
        }

        if (count > MostListed)
        {
            _lines.Add($"{document}: and {count - MostListed} more fields");
        }
    }

    private void AddFiles(IEnumerable<FileDifference> files)
    {
        var count = 0;
        var rest = new Dictionary<Aspect, int>();
        foreach (var file in files)
        {
            _hasFileTimes |= file.Differences.Any(difference => difference.Aspect == Aspect.Time);
            if (++count <= MostListed)
            {
                var what = string.Join("; ", file.Differences.Select(difference => Shown(difference.ToString(), 2 * LongestValue)));
                _lines.Add(file.Name.Length == 0 && file.Differences[0].Aspect is Aspect.Order or Aspect.Form or Aspect.TooMany ? $"  {OfWhole(file.Differences[0])}" : $"  {Plain(file.Path)}: {what}");
                continue;
            }

            foreach (var aspect in file.Differences.Select(difference => difference.Aspect).Distinct())
            {
                rest[aspect] = rest.GetValueOrDefault(aspect) + 1;
            }
        }

        if (count > MostListed)
        {
            var counts = rest.OrderByDescending(pair => pair.Value).Select(pair => string.Create(CultureInfo.InvariantCulture, $"{Difference.NameOf(pair.Key)} of {pair.Value}"));
            _lines.Add($"  and {count - MostListed} more: {string.Join(", ", counts)}");
        }
    }

    private static string OfWhole(Difference difference) => difference.Aspect switch
    {
        Aspect.Order => "the same files in another order",
        Aspect.Form => "the same files, written differently in the tar",
        _ => difference.ToString(),
    };

    private IEnumerable<string> Advice()
    {
        if (request.FixedTime is null && (_hasTimes || _hasFileTimes))
        {
            yield return "times: --source-date-epoch SECONDS fixes those of image and history, --rewrite-timestamp with it those of files";
        }
        else if (request is { SourceDateEpoch: not null, RewriteTimestamp: false } && _hasFileTimes)
        {
            yield return "times: --rewrite-timestamp lets no file be younger than --source-date-epoch";
        }

        if (!request.Layers && _lines.Exists(line => line.StartsWith("layer", StringComparison.Ordinal)))
        {
            yield return "with --layers each instruction has a layer of its own, and is named";
        }
    }

    private static bool IsPartOf(FieldDifference field, string name) =>
        field.Path.StartsWith(name, StringComparison.Ordinal) && (field.Path.Length == name.Length || field.Path[name.Length] is '.' or '[');

    private static IReadOnlyList<string> History(ComparedImage image) =>
        [.. ImageConfig.Parse(image.Config).History.Select(entry => Shown(entry.CreatedBy ?? "", LongestInstruction))];

    /// <summary>The difference, without values that look like secrets.</summary>
    private static string Masked(FieldDifference field)
    {
        var name = field.Path[(field.Path.LastIndexOf('.') + 1)..];
        string? Value(string? text) => text is null ? null
            : Shown(CommandText.Masked(CommandText.Masked($"{name}={text}")[(name.Length + 1)..]), LongestValue);
        return (field.Difference with { First = Value(field.Difference.First), Second = Value(field.Difference.Second) }).ToString();
    }

    private static string Shown(string text, int longest) => Plain(text.Length > longest ? text[..(longest - 1)] + "…" : text);

    // Escapes what would control the terminal: names and values come from the build's commands.
    private static string Plain(string text) => text.EnumerateRunes().All(GoQuoting.IsPrintable) ? text : GoQuoting.Quote(text);
}
