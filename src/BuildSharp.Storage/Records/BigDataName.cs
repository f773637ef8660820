using System.Text;
using BuildSharp.Oci;

namespace BuildSharp.Storage.Records;

/// <summary>File names for the keys of data files (containers/storage, images.go, makeBigDataBaseName).</summary>
internal static class BigDataName
{
    /// <summary>The key itself if it has only dots, digits and lower-case letters; otherwise "=" and the key in base64.</summary>
    internal static string FileName(string key)
    {
        if (key.Length > 0 && !key.AsSpan().ContainsAnyExcept(".0123456789abcdefghijklmnopqrstuvwxyz"))
        {
            return key;
        }

        var encoded = Convert.ToBase64String(Encoding.UTF8.GetBytes(key));
        return key.Length == 0 || encoded.Contains('/', StringComparison.Ordinal)
            ? throw new BuildSharpException($"\"{key}\" cannot be the name of a data file in the store")
            : "=" + encoded;
    }
}
