using System.Globalization;
using System.Text;
using BuildSharp.Oci;

namespace BuildSharp.Build;

/// <summary>The name of a step's image in a remote cache. It is buildah's (imagebuildah/stage_executor.go, <c>generateCacheKey</c>), so that
/// both tools find what the other one has kept.</summary>
/// <remarks>The key has neither platform nor config, so it only finds a candidate: <see cref="StepCache"/> compares the rest. Two platforms
/// on <c>scratch</c> have the same keys, and each replaces the images of the other.</remarks>
internal static class StepKey
{
    /// <summary>Computes the key, 64 hex digits.</summary>
    /// <param name="below">Media type of the manifest of the image that the step starts from; empty for scratch.</param>
    /// <param name="before">History and layers of that image.</param>
    /// <param name="changesFiles">Whether the step creates a layer.</param>
    /// <param name="createdBy">History text of the step.</param>
    public static string Of(string below, ImageConfig before, bool changesFiles, string createdBy)
    {
        var text = new StringBuilder();
        foreach (var diffId in before.DiffIds)
        {
            text.Append(diffId).Append('\n');
        }

        text.Append(changesFiles ? "true" : "false").Append(createdBy).Append('\n').Append(below).Append('\n');
        foreach (var entry in before.History)
        {
            text.Append(entry.CreatedBy).Append('\n').Append(entry.Author).Append('\n').Append(entry.Comment).Append('\n')
                .Append(Text(entry.Created)).Append('\n').Append(entry.EmptyLayer ? "true" : "false").Append('\n');
        }

        return Digest.Sha256(Encoding.UTF8.GetBytes(text.ToString())).Hex;
    }

    // The form in which Go prints a time.
    private static string Text(Timestamp? time)
    {
        if (time is not { } known)
        {
            return "<nil>";
        }

        var fraction = known.Nanoseconds == 0 ? "" : "." + known.Nanoseconds.ToString("D9", CultureInfo.InvariantCulture).TrimEnd('0');
        return known.ToDateTimeOffset().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) + fraction + " +0000 UTC";
    }
}
