using System.Text;
using System.Text.Json;
using BuildSharp.Oci;

namespace BuildSharp.Cli.Commands.Building.Reporting;

/// <summary>The page of <c>build --report</c>: <c>report.html</c>, which is a part of the binary, with the data in a script element of a type
/// that browsers do not execute.</summary>
/// <remarks>The page may load nothing and send nothing: its Content-Security-Policy (W3C CSP3) allows its own script and style, by their
/// hashes, and no other source.</remarks>
internal static class ReportPage
{
    private const string Template = "report.html";

    /// <summary>The bytes of the page.</summary>
    public static byte[] Of(ReportData data, ReportMask mask)
    {
        var page = new StringBuilder(Read());
        var text = page.ToString();
        var policy = $"default-src 'none'; script-src '{HashOf(text, "script")}'; style-src '{HashOf(text, "style")}'; base-uri 'none'; form-action 'none'";
        // The data come last: a text in them may look like a place for something else.
        page.Replace("@policy@", policy).Replace("@data@", JsonSerializer.Serialize(data, ReportDataContext.With(mask).ReportData));
        return Encoding.UTF8.GetBytes(page.ToString());
    }

    private static string Read()
    {
        using var stream = typeof(ReportPage).Assembly.GetManifestResourceStream(Template)!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    private static string HashOf(string page, string element)
    {
        var start = page.IndexOf($"<{element}>", StringComparison.Ordinal) + element.Length + 2;
        var content = page[start..page.IndexOf($"</{element}>", start, StringComparison.Ordinal)];
        return "sha256-" + Convert.ToBase64String(Convert.FromHexString(Digest.Sha256(Encoding.UTF8.GetBytes(content)).Hex));
    }
}
