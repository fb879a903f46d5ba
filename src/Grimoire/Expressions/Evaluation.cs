namespace Grimoire.Expressions;

/// <summary>One evaluation of a template: what it may see, where in the template it is, and how much it has used up.</summary>
sealed class Evaluation(IScope scope)
{
    long _left = ExpressionLimits.Work;

    public IScope Scope { get; } = scope;

    /// <summary>Of the string that is being evaluated.</summary>
    public string Pointer { get; set; } = "";

    public ExpressionException Error(int offset, string message) => new(Pointer, offset, message);

    /// <summary>Everything whose cost grows with its input pays here, so that no expression can take long, whatever it is given.</summary>
    public void Spend(long work, int offset)
    {
        if ((_left -= work) < 0)
        {
            throw Error(offset, $"This takes too much work: more than {ExpressionLimits.Work} values are read and written.");
        }
    }

    /// <summary>Texts are much cheaper than as many values.</summary>
    public void SpendCharacters(long count, int offset) => Spend(count / ExpressionLimits.CharactersOfOneValue, offset);

    /// <summary>Before a text of this length is built.</summary>
    public void SpendText(long length, int offset)
    {
        if (length > ExpressionLimits.TextLength)
        {
            throw Error(offset, $"The text gets too long: more than {ExpressionLimits.TextLength} characters.");
        }

        SpendCharacters(length, offset);
    }

    /// <summary>Before an array or object of this size is built.</summary>
    public void SpendElements(long count, int offset)
    {
        if (count > ExpressionLimits.Elements)
        {
            throw Error(offset, $"The result gets too large: more than {ExpressionLimits.Elements} elements.");
        }

        Spend(count, offset);
    }

    public void CheckDepth(int depth, int offset)
    {
        if (depth > ExpressionLimits.Depth)
        {
            throw Error(offset, $"The value is nested too deep: more than {ExpressionLimits.Depth} arrays and objects in each other.");
        }
    }
}
