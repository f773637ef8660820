using System.Globalization;
using System.Text.Json;

namespace BuildSharp.Oci.Comparing;

/// <summary>A field in which two JSON documents differ.</summary>
/// <param name="Path">Where it is: <c>config.Env[2]</c>.</param>
/// <param name="Difference">The difference; of a value that is no object and no list, both texts.</param>
public sealed record FieldDifference(string Path, Difference Difference);

/// <summary>Compares two JSON documents, such as configs of images, field by field.</summary>
public static class JsonComparison
{
    /// <summary>The fields that differ, in the order of the first document.</summary>
    /// <param name="first">One document, of limited depth.</param>
    /// <param name="second">The other.</param>
    public static IEnumerable<FieldDifference> Of(JsonElement first, JsonElement second) => Of(first, second, "");

    private static IEnumerable<FieldDifference> Of(JsonElement first, JsonElement second, string path)
    {
        if (JsonElement.DeepEquals(first, second))
        {
            return [];
        }

        return (first.ValueKind, second.ValueKind) switch
        {
            (JsonValueKind.Object, JsonValueKind.Object) => OfObjects(first, second, path),
            (JsonValueKind.Array, JsonValueKind.Array) => OfArrays(first, second, path),
            _ => [new FieldDifference(path, new Difference(Aspect.Value, Text(first), Text(second)))],
        };
    }

    private static IEnumerable<FieldDifference> OfObjects(JsonElement first, JsonElement second, string path)
    {
        foreach (var field in first.EnumerateObject())
        {
            var place = path.Length == 0 ? field.Name : $"{path}.{field.Name}";
            if (!second.TryGetProperty(field.Name, out var other))
            {
                yield return new FieldDifference(place, new Difference(Aspect.OnlyInFirst));
                continue;
            }

            foreach (var difference in Of(field.Value, other, place))
            {
                yield return difference;
            }
        }

        foreach (var field in second.EnumerateObject().Where(field => !first.TryGetProperty(field.Name, out _)))
        {
            yield return new FieldDifference(path.Length == 0 ? field.Name : $"{path}.{field.Name}", new Difference(Aspect.OnlyInSecond));
        }
    }

    private static IEnumerable<FieldDifference> OfArrays(JsonElement first, JsonElement second, string path)
    {
        var (before, now) = (first.EnumerateArray().ToList(), second.EnumerateArray().ToList());
        if (before.Count == now.Count && before.Select(item => item.GetRawText()).Order(StringComparer.Ordinal)
            .SequenceEqual(now.Select(item => item.GetRawText()).Order(StringComparer.Ordinal)))
        {
            yield return new FieldDifference(path, new Difference(Aspect.Order));
            yield break;
        }

        for (var index = 0; index < Math.Max(before.Count, now.Count); index++)
        {
            var place = string.Create(CultureInfo.InvariantCulture, $"{path}[{index}]");
            if (index >= before.Count || index >= now.Count)
            {
                yield return new FieldDifference(place, new Difference(index < before.Count ? Aspect.OnlyInFirst : Aspect.OnlyInSecond));
                continue;
            }

            foreach (var difference in Of(before[index], now[index], place))
            {
                yield return difference;
            }
        }
    }

    private static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        _ => value.GetRawText(),
    };
}
