using System.Text;
using Embedded.Functions.Discovery;

namespace Embedded.Functions.Host;

/// <summary>The list of functions that is shown at the start, in the form that func gives it.</summary>
internal static class FunctionListing
{
    public static string Of(IReadOnlyList<HostedFunction> functions, string prefix, string address)
    {
        string root = prefix.Length == 0 ? address : $"{address}/{prefix}";
        var text = new StringBuilder("Functions:");
        foreach (HostedFunction function in functions.OrderBy(f => f.Trigger is not HttpFunctionTrigger).ThenBy(f => f.Name, StringComparer.OrdinalIgnoreCase))
        {
            text.AppendLine().AppendLine().Append('\t').Append(function.Name).Append(": ").Append(function.Trigger switch
            {
                HttpFunctionTrigger http => $"{(http.Methods.Count == 0 ? "" : $"[{string.Join(',', http.Methods)}] ")}{root}/{http.Template}",
                { } other => other.BindingType,
            });
        }

        return text.AppendLine().ToString();
    }
}
