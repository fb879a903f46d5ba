namespace Grimoire.Sandbox.Images;

/// <summary>A colour; red, green and blue from 0 to 1.</summary>
readonly record struct Colour(double R, double G, double B)
{
    /// <param name="hue">Around the circle of colours: 0 and 1 are red.</param>
    /// <param name="saturation">0 is grey.</param>
    /// <param name="lightness">0 is black, 1 is white.</param>
    public static Colour Of(double hue, double saturation, double lightness)
    {
        double reach = saturation * Math.Min(lightness, 1 - lightness);
        double Part(double n)
        {
            double k = (n + 12 * (hue - Math.Floor(hue))) % 12;
            return lightness - reach * Math.Clamp(Math.Min(k - 3, 9 - k), -1, 1);
        }

        return new Colour(Part(0), Part(8), Part(4));
    }

    public Colour Mix(Colour other, double share) =>
        new(R + (other.R - R) * share, G + (other.G - G) * share, B + (other.B - B) * share);
}
