using BuildSharp.Notation;
using BuildSharp.Oci;

namespace BuildSharp.Cli.Commands.WorkingContainers;

/// <summary><c>containers --filter</c>: comma-separated conditions that must all hold; a later condition replaces an earlier one with the
/// same key.</summary>
internal sealed record ContainerFilter(string? Id, string? Name, string? Ancestor)
{
    /// <exception cref="BuildSharpException">A condition is malformed or its key is unknown.</exception>
    public static ContainerFilter Parse(string? text)
    {
        var filter = new ContainerFilter(null, null, null);
        foreach (var condition in text?.Split(',') ?? [])
        {
            var equals = condition.IndexOf('=');
            if (equals < 0)
            {
                throw new BuildSharpException(
                    $"parsing filter: incorrect filter value {GoQuoting.Quote(condition)}, should be of form filter=value");
            }

            var value = condition[(equals + 1)..];
            filter = condition[..equals] switch
            {
                "id" => filter with { Id = value },
                "name" => filter with { Name = value },
                "ancestor" => filter with { Ancestor = value },
                var key => throw new BuildSharpException($"parsing filter: invalid filter {GoQuoting.Quote(key)}"),
            };
        }

        return filter;
    }

    public bool Matches(ContainerRow row) =>
        (Id is null || row.Id.StartsWith(Id, StringComparison.Ordinal))
        && (Name is null || row.Name.Contains(Name, StringComparison.Ordinal))
        && (Ancestor is null || IsFrom(row, Ancestor));

    private static bool IsFrom(ContainerRow row, string ancestor)
    {
        if (row.ImageId.Length > 0 && row.ImageId.StartsWith(ancestor, StringComparison.Ordinal))
        {
            return true;
        }

        var name = row.ImageName;
        var tag = name.LastIndexOf(':');
        return name.EndsWith(ancestor, StringComparison.Ordinal)
            || (tag > name.LastIndexOf('/') && name[..tag].EndsWith(ancestor, StringComparison.Ordinal));
    }
}
