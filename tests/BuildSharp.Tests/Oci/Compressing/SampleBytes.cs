namespace BuildSharp.Tests.Oci.Compressing;

/// <summary>Bytes that compress about as well as a layer does.</summary>
internal static class SampleBytes
{
    /// <summary>Text-like and random stretches in turn; the same for the same length.</summary>
    public static byte[] Mixed(int length)
    {
        var random = new Random(length);
        var bytes = new byte[length];
        for (var at = 0; at < length;)
        {
            var stretch = bytes.AsSpan(at, Math.Min(random.Next(1, 40_000), length - at));
            if (random.Next(3) == 0)
            {
                random.NextBytes(stretch);
            }
            else
            {
                for (var i = 0; i < stretch.Length; i++)
                {
                    stretch[i] = (byte)("the quick brown fox "[i % 20] + (random.Next(12) == 0 ? 1 : 0));
                }
            }

            at += stretch.Length;
        }

        return bytes;
    }

    /// <summary>Compares long arrays quickly; xunit's own comparison looks at each byte as an object.</summary>
    public static void AssertSame(ReadOnlySpan<byte> expected, ReadOnlySpan<byte> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.Equal(-1, expected.CommonPrefixLength(actual) is var same && same == expected.Length ? -1 : same);
    }
}
