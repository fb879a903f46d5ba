namespace Grimoire.Sandbox.Images;

/// <summary>Paints a picture: a sky between two colours, soft discs in front of it, and waves at the bottom.</summary>
static class Painter
{
    const int Discs = 5;
    const int Waves = 3;

    /// <returns>Three bytes for each pixel, row by row from the top.</returns>
    public static byte[] Paint(Picture picture)
    {
        ulong seed = StableHash.At(picture.Prompt, (ulong)picture.Seed);
        ulong place = 0;
        double Next() => StableHash.FractionAt(seed, place++);

        double hue = Next();
        Colour top = Colour.Of(hue, 0.55, 0.30 + 0.2 * Next());
        Colour bottom = Colour.Of(hue + 0.12 + 0.2 * Next(), 0.65, 0.65 + 0.15 * Next());
        var discs = new Disc[Discs];
        for (int i = 0; i < Discs; i++)
        {
            discs[i] = new Disc(Next(), 0.65 * Next(), 0.05 + 0.17 * Next(), Colour.Of(hue + 0.4 + 0.25 * Next(), 0.7, 0.7), 0.45 + 0.4 * Next());
        }

        var waves = new Wave[Waves];
        for (int i = 0; i < Waves; i++)
        {
            waves[i] = new Wave(0.66 + 0.11 * i, 0.02 + 0.03 * Next(), 1 + 3 * Next(), Math.Tau * Next(), Colour.Of(hue + 0.05 * i, 0.5, 0.38 - 0.09 * i));
        }

        var pixels = new byte[picture.Width * picture.Height * 3];
        double scale = 1.0 / Math.Min(picture.Width, picture.Height);
        double[][] crests = [.. waves.Select(wave => Crest(wave, picture.Width))];
        int at = 0;
        for (int y = 0; y < picture.Height; y++)
        {
            double v = (y + 0.5) / picture.Height;
            Colour sky = top.Mix(bottom, v);
            for (int x = 0; x < picture.Width; x++)
            {
                Colour colour = sky;
                foreach (Disc disc in discs)
                {
                    double dx = (x + 0.5 - disc.X * picture.Width) * scale;
                    double dy = (y + 0.5 - disc.Y * picture.Height) * scale;
                    double inside = (disc.Radius * disc.Radius - (dx * dx + dy * dy)) / (disc.Radius * disc.Radius);
                    colour = inside > 0 ? colour.Mix(disc.Colour, disc.Strength * Math.Min(1, 6 * inside)) : colour;
                }

                for (int i = 0; i < Waves; i++)
                {
                    colour = v > crests[i][x] ? colour.Mix(waves[i].Colour, Math.Min(1, (v - crests[i][x]) * picture.Height)) : colour;
                }

                pixels[at++] = (byte)(255 * colour.R);
                pixels[at++] = (byte)(255 * colour.G);
                pixels[at++] = (byte)(255 * colour.B);
            }
        }

        return pixels;
    }

    static double[] Crest(Wave wave, int width)
    {
        var heights = new double[width];
        for (int x = 0; x < width; x++)
        {
            heights[x] = wave.Level + wave.Height * Math.Sin(wave.Phase + wave.Count * Math.Tau * x / width);
        }

        return heights;
    }

    readonly record struct Disc(double X, double Y, double Radius, Colour Colour, double Strength);

    readonly record struct Wave(double Level, double Height, double Count, double Phase, Colour Colour);
}
