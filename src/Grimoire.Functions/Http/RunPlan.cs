using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Grimoire.Spells;

namespace Grimoire.Functions.Http;

/// <summary>The plan of a run as a spell: its steps one after the other, each with an id made from its name.</summary>
/// <param name="Goal">What it is for.</param>
/// <param name="Spell">What is cast.</param>
sealed partial record RunPlan(string? Goal, Spell Spell)
{
    const int MaxId = 60;

    /// <summary>Null if something is wrong with it, which the fields tell.</summary>
    public static RunPlan? Of(RequestFields body)
    {
        if (body.Object("plan", required: true) is not { } value)
        {
            return null;
        }

        var plan = body.Inner(value, "plan");
        var goal = plan.Text("goal", 2000);
        var taken = new HashSet<string>(StringComparer.Ordinal);
        var steps = new List<Step>();
        foreach (var step in plan.Objects("steps", SpellLimits.Default.Steps))
        {
            var name = step.Text("name", SpellLimits.Default.NameLength, required: true);
            var tool = step.Text("tool", SpellLimits.Default.NameLength, required: true);
            var inputs = step.Object("inputs");
            step.End();
            steps.Add(new Step { Id = Free(Safe(name ?? ""), taken), Name = name, Tool = tool ?? "", With = inputs?.DeepClone().AsObject() });
        }

        plan.End();
        return new RunPlan(goal, new Spell { Slug = "run", Steps = steps });
    }

    /// <summary>A place in the spell as one in the body.</summary>
    public static string Placed(string pointer) => "/plan" + WithField().Replace(pointer, "$1/inputs");

    static string Safe(string name)
    {
        var id = new StringBuilder();
        foreach (var c in name.Length > MaxId ? name[..MaxId] : name)
        {
            id.Append(char.IsAsciiLetterOrDigit(c) || c is '_' or '-' ? c : '_');
        }

        return id.Length == 0 ? "step" : char.IsAsciiLetter(id[0]) || id[0] == '_' ? id.ToString() : "_" + id;
    }

    static string Free(string id, HashSet<string> taken)
    {
        var free = id;
        for (var i = 2; !taken.Add(free); i++)
        {
            var suffix = i.ToString(CultureInfo.InvariantCulture);
            free = $"{id[..Math.Min(id.Length, MaxId - suffix.Length)]}-{suffix}";
        }

        return free;
    }

    [GeneratedRegex(@"^(/steps/\d+)/with", RegexOptions.CultureInvariant)]
    private static partial Regex WithField();
}
