using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Grimoire.Functions.Telemetry;

/// <summary>Names and labels as Prometheus has them: those of OpenTelemetry, changed as its specification says.</summary>
static class PrometheusNames
{
    /// <summary>"grimoire.cast.duration" in "s" is grimoire_cast_duration_seconds; a counter ends in _total.</summary>
    public static string Of(Instrument instrument, MetricKind kind)
    {
        var name = Clean(instrument.Name);
        var unit = UnitOf(instrument.Unit);
        if (unit.Length > 0 && !name.EndsWith("_" + unit, StringComparison.Ordinal))
        {
            name = $"{name}_{unit}";
        }

        return kind == MetricKind.Counter && !name.EndsWith("_total", StringComparison.Ordinal) ? name + "_total" : name;
    }

    /// <summary>Labels as they are written, without the braces.</summary>
    public static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var buffer = new char[2048];
        int length;
        while (!TryLabels(tags, buffer, out length))
        {
            buffer = new char[buffer.Length * 2];
        }

        return new string(buffer, 0, length);
    }

    /// <summary>False if there is no room for them.</summary>
    public static bool TryLabels(ReadOnlySpan<KeyValuePair<string, object?>> tags, Span<char> buffer, out int length)
    {
        length = 0;
        foreach (var (name, value) in tags)
        {
            var text = value as string ?? Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";

            // At most two for each character, and =, quotes and a comma.
            if (buffer.Length - length < name.Length + (text.Length * 2) + 4)
            {
                return false;
            }

            if (length > 0)
            {
                buffer[length++] = ',';
            }

            foreach (var character in name)
            {
                buffer[length++] = char.IsAsciiLetterOrDigit(character) ? character : '_';
            }

            buffer[length++] = '=';
            buffer[length++] = '"';
            foreach (var character in text)
            {
                if (character is '\\' or '"' or '\n')
                {
                    buffer[length++] = '\\';
                }

                buffer[length++] = character == '\n' ? 'n' : character;
            }

            buffer[length++] = '"';
        }

        return true;
    }

    static string UnitOf(string? unit) => unit switch
    {
        null or "" or "1" => "",
        ['{', ..] => "",
        "s" => "seconds",
        "ms" => "milliseconds",
        "By" => "bytes",
        "%" => "percent",
        _ => Clean(unit),
    };

    static string Clean(string name)
    {
        var clean = new StringBuilder(name.Length);
        foreach (var character in name)
        {
            clean.Append(char.IsAsciiLetterOrDigit(character) || character is '_' or ':' ? character : '_');
        }

        return clean.ToString();
    }
}
